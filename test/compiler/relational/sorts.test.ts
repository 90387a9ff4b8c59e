import { describe, expect, it } from 'vitest';
import { Numbering } from '../../../src/compiler/numbering.ts';
import { sort } from '../../../src/compiler/relational/choose-sort.ts';
import { radixSort } from '../../../src/compiler/relational/radix-sort.ts';
import { relationalShop } from '../../../src/compiler/relational/relational-compiler.ts';
import { sortStage } from '../../../src/compiler/relational/stages.ts';
import type { Make } from '../../../src/compiler/relational/trial.ts';
import { LAN, type NetworkProfile, WAN } from '../../../src/planner/network.ts';
import { numbersOfPlanes } from '../../../src/program/clear-bits.ts';
import { evaluate } from '../../../src/program/evaluate.ts';
import { measure } from '../../../src/program/measure.ts';
import type { Program, Stage } from '../../../src/program/program.ts';
import { Rng } from '../../oracle/rng.ts';
import { runParties, secured, storesWith } from '../../program/run-parties.ts';

const NUMBER_BITS = 9;
const METHODS: readonly (readonly [name: string, (key: readonly number[]) => Make])[] = [
  ['quick', (key) => (shop, at, from) => sortStage(shop, at, from, key, 'quick')],
  ['network', (key) => (shop, at, from) => sortStage(shop, at, from, key, 'network')],
  ['bit by bit', (key) => (shop, at, from) => radixSort(shop, at, from, key)],
  ['what is chosen', (key) => (shop, at, from) => sort(shop, at, from, key)],
];

/** A program that sorts numbered rows by keys of so many bits. */
function sortProgram(
  keys: readonly bigint[],
  width: number,
  make: (key: readonly number[]) => Make,
  network: NetworkProfile = LAN,
): Program {
  const stages: Stage[] = [];
  const numbering = new Numbering();
  const shop = relationalShop({ network, numbering, stages, operator: () => 0 });
  const relation = numbering.relation();
  const columns = [
    { kind: 'constant', values: keys.map((_, k) => BigInt(k)), width: NUMBER_BITS },
    { kind: 'constant', values: keys, width },
  ] as const;
  stages.push({ kind: 'collect', relation, rows: keys.length, columns, operator: 0 });
  const planes = NUMBER_BITS + width;
  const key = Array.from({ length: width }, (_, k) => NUMBER_BITS + k);
  const from = { relation, rows: keys.length, planes, columns: [] };
  const made = make(key)(shop, 0, from);
  const opened = Array.from({ length: planes }, (_, k) => k);
  const results = { relation: made.relation, rows: made.rows, planes: opened };
  return {
    ...{ format: 3, suite: { parties: 3, threshold: 1, security: 'passive' }, stages },
    results: numbering.results(0, results),
    operators: ['sort'],
  };
}

const none = { planes: () => [], limb: () => [] };

function readRows(planes: readonly Uint8Array[], rows: number) {
  const numbers = numbersOfPlanes(planes.slice(0, NUMBER_BITS), rows);
  const keys = numbersOfPlanes(planes.slice(NUMBER_BITS), rows);
  return numbers.map((number, k) => [Number(number), keys[k]]);
}

/** What a stable sort makes of the rows. */
function sorted(keys: readonly bigint[]) {
  const rows = keys.map((key, k) => [k, key] as const);
  return rows.sort(([, x], [, y]) => (x < y ? -1 : x > y ? 1 : 0));
}

function drawKeys(rng: Rng, rows: number, width: number): bigint[] {
  const greatest = rng.pick([0n, 1n, 2n ** BigInt(width) - 1n]);
  const least = rng.chance(0.2) ? greatest : 0n;
  return Array.from({ length: rows }, () => rng.bigint(least, greatest));
}

describe.each(METHODS)('rows sorted by %s', (_, make) => {
  it.each([1, 2, 3, 4])('come in order, equal ones as they were: keys of %i bits', (width) => {
    const rng = new Rng(width);
    for (const rows of [1, 2, 5, 64, 129, 1 + rng.below(300)]) {
      const keys = drawKeys(rng, rows, width);
      for (const network of [LAN, WAN]) {
        const program = sortProgram(keys, width, make, network);
        expect(readRows(evaluate(program, none).planes, rows)).toEqual(sorted(keys));
      }
    }
  });

  it('come so at three parties, for the cost that was predicted', async () => {
    const rng = new Rng(7);
    const stores = await storesWith();
    for (const width of [1, 2, 3, 4]) {
      const keys = drawKeys(rng, rng.pick([9, 130, 300]), width);
      const program = secured(sortProgram(keys, width, make), 'active');
      const run = await runParties(program, stores);
      expect(readRows(run.planes, keys.length)).toEqual(sorted(keys));
      const { total } = measure(program, true, run.sorts);
      expect([run.andGates, run.bytesSent]).toEqual([total.andGates, total.bytesPerParty]);
    }
  });
});

describe('the method is chosen by cost', () => {
  const methodOf = (rows: number, width: number, network?: NetworkProfile) => {
    const keys = Array.from({ length: rows }, () => 0n);
    const [, choose] = METHODS.at(-1) ?? METHODS[0]!;
    const { stages } = sortProgram(keys, width, choose, network);
    const sorts = stages.flatMap((stage) => (stage.kind === 'sort' ? [stage.method] : []));
    return sorts[0] ?? `${stages.filter(({ kind }) => kind === 'route').length} routes`;
  };

  it.each([
    [2, 4, 'network'],
    [500, 9, 'quick'],
    [50_000, 1, '1 routes'],
    [50_000, 2, '2 routes'],
    [50_000, 9, 'quick'],
  ])('%i rows, keys of %i bits: %s', (rows, width, method) => {
    expect(methodOf(rows, width)).toBe(method);
  });
});
