import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TableVersion } from '../../src/catalog/table.ts';
import { hex } from '../../src/crypto/hex.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { canonicalBytes } from '../../src/program/canonical.ts';
import { programDigest } from '../../src/program/digest.ts';
import type { Program } from '../../src/program/program.ts';
import { Rng } from '../oracle/rng.ts';
import { PLAIN_DEFINITION } from '../security/plain-table.ts';
import { randomProgram } from './random-program.ts';

const VERSION: TableVersion = {
  definition: PLAIN_DEFINITION,
  parts: [
    { id: 'aaaaaaaa', owner: 'a', rows: 3000, root: '00' },
    { id: 'bbbbbbbb', owner: 'b', rows: 0, root: '01' },
  ],
  digest: 'd'.repeat(64),
  number: 1,
};

const program = (seed: number): Program =>
  randomProgram(new Rng(seed), VERSION, { chunkRows: 1024, lanes: 2, stages: 2, relations: 2 });
const digest = (value: unknown) => hex(programDigest(nodeCrypto, value as Program));

/** The same value built with its keys in another order. */
function reordered(value: unknown, rng: Rng): unknown {
  if (Array.isArray(value)) return value.map((item) => reordered(item, rng));
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, reordered(item, rng)] as const);
  const order = entries.map((entry) => ({ entry, at: rng.word() })).sort((a, b) => a.at - b.at);
  return Object.fromEntries(order.map(({ entry }) => entry));
}

/** All values that differ from the given one in one place. */
function* mutations(value: unknown): Generator<unknown> {
  if (typeof value === 'number') yield value + 1;
  else if (typeof value === 'bigint') yield value + 1n;
  else if (typeof value === 'string') yield `${value}.`;
  else if (value instanceof Int32Array) yield* wordMutations(value);
  else if (Array.isArray(value)) {
    for (const [k, item] of value.entries()) {
      for (const other of mutations(item)) yield value.with(k, other);
    }
    yield [...value, value.at(-1) ?? 0];
    if (value.length > 0) yield value.slice(0, -1);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      for (const other of mutations(item)) yield { ...value, [key]: other };
      const { [key]: _, ...rest } = value as Record<string, unknown>;
      yield rest;
    }
  }
}

function* wordMutations(words: Int32Array): Generator<Int32Array> {
  for (const k of words.keys()) yield words.with(k, (words[k] ?? 0) ^ 1);
  yield words.slice(0, -1);
}

describe('the digest of a program', () => {
  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (seed, order) => {
        const value = program(seed);
        expect(digest(reordered(value, new Rng(order)))).toBe(digest(value));
      }),
      { numRuns: 20 },
    );
  });

  it('changes with every single number, name and element', () => {
    for (const seed of [1, 2, 3]) {
      const value = program(seed);
      const original = digest(value);
      let count = 0;
      for (const other of mutations(value)) {
        count++;
        if (digest(other) === original) throw new Error(`mutation ${count} of program ${seed}`);
      }
      expect(count).toBeGreaterThan(100);
    }
  });

  it('tells kinds of values apart', () => {
    const values = [
      1,
      1n,
      '1',
      true,
      null,
      [],
      [1],
      [[1]],
      [1, 1],
      [11],
      ['1', '1'],
      ['11'],
      ['1:s1', ''],
      ['asb', 'c'],
      ['a', 'bsc'],
      {},
      { a: 1 },
      { a: '1' },
      { b: 1 },
      [{}],
      [{}, {}],
      Int32Array.of(1),
      Int32Array.of(1, 1),
      Int32Array.of(11),
      Int32Array.of(-1),
      'a1:n1;',
      ['n1;'],
    ];
    const texts = values.map((value) => hex(canonicalBytes(value)));
    expect(new Set(texts).size).toBe(values.length);
  });

  it('is injective on plain data', () => {
    const json = fc.jsonValue({ maxDepth: 3 });
    const pair = fc.oneof(
      fc.tuple(json, json),
      json.map((x) => [x, reordered(x, new Rng(1))] as const),
    );
    fc.assert(
      fc.property(pair, ([x, y]) => {
        expect(hex(canonicalBytes(x)) === hex(canonicalBytes(y))).toBe(
          canonicalText(x) === canonicalText(y),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('refuses what has no canonical form', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, () => 1, Symbol('x'), undefined]) {
      expect(() => canonicalBytes([value])).toThrow(/no canonical form/);
    }
    expect(hex(canonicalBytes({ a: undefined, b: 1 }))).toBe(hex(canonicalBytes({ b: 1 })));
  });
});

/** JSON with sorted keys. */
function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return item;
    return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
