import { describe, expect, it } from 'vitest';
import { Numbering } from '../../../src/compiler/numbering.ts';
import { compact } from '../../../src/compiler/relational/compact.ts';
import { relationalShop } from '../../../src/compiler/relational/relational-compiler.ts';
import { LAN, WAN } from '../../../src/planner/network.ts';
import { evaluate } from '../../../src/program/evaluate.ts';
import type { Program, Stage } from '../../../src/program/program.ts';
import { Rng } from '../../oracle/rng.ts';
import { readRows } from './run-node.ts';

const FACTS = {
  ...{ name: 'number', type: { kind: 'integer', name: 'INTEGER' } as const, nullable: false },
  bounds: { min: 0n, max: 1023n },
};
const WIDTH = 10;

/** Numbered rows of which some are there, compacted. */
function compacted(there: readonly boolean[], places: number, network: typeof LAN) {
  const stages: Stage[] = [];
  const numbering = new Numbering();
  const shop = relationalShop({ network, numbering, stages, operator: () => 0 });
  const rows = there.length;
  const relation = numbering.relation();
  const numbers = {
    kind: 'constant',
    values: there.map((_, k) => BigInt(k)),
    width: WIDTH,
  } as const;
  const flags = { kind: 'constant', values: there.map(BigInt), width: 1 } as const;
  stages.push({ kind: 'collect', relation, rows, columns: [numbers, flags], operator: 0 });
  const bits = Array.from({ length: WIDTH }, (_, k) => k);
  const from = {
    relation,
    rows,
    planes: WIDTH + 1,
    columns: [{ facts: FACTS, bits }],
    valid: WIDTH,
  };
  const made = compact(shop, 0, from, places);
  const planes = Array.from({ length: made.planes }, (_, k) => k);
  const program: Program = {
    ...{ format: 3, suite: { parties: 3, threshold: 1, security: 'passive' }, stages },
    results: numbering.results(0, { relation: made.relation, rows: made.rows, planes }),
    operators: [],
  };
  const none = { planes: () => [], limb: () => [] };
  return { rows: made.rows, values: readRows(made, evaluate(program, none).planes, [0]) };
}

describe.each([LAN, WAN])('on $name', (network) => {
  it.each([
    [1, 0.5],
    [2, 0.5],
    [130, 0.1],
    [300, 0.5],
    [64, 0],
    [64, 1],
  ])('%i rows, of which a part of %f is there, come to the front in order', (rows, part) => {
    const rng = new Rng(rows);
    const there = Array.from({ length: rows }, () => rng.chance(part));
    const kept = there.flatMap((isThere, k) => (isThere ? [[BigInt(k)]] : []));
    for (const places of [kept.length, kept.length + 1, rows, rows + 5].filter((n) => n > 0)) {
      const made = compacted(there, places, network);
      expect(made.rows).toBe(Math.min(rows, places));
      expect(made.values).toEqual(kept);
    }
  });
});
