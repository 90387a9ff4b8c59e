import { describe, expect, it } from 'vitest';
import { CircuitBuilder } from '../../src/circuits/builder.ts';
import type { Circuit } from '../../src/circuits/circuit.ts';
import type { ScanStage, Stage } from '../../src/program/program.ts';
import { scanPieces, scanRuns, scanShape } from '../../src/program/scan-shape.ts';
import { Rng } from '../oracle/rng.ts';
import { foldOf } from '../program/random-circuits.ts';
import { secured } from '../program/run-parties.ts';
import { collect, open, openAs, programOf, range } from './open-relation.ts';

const SEED = Number(process.env['TACIT_SEED'] ?? 74);
const WIDTH = 9;

/** The later word, unless its lowest bit is 0: not commutative, and nothing undoes it. */
function latest(width: number): Circuit {
  const b = new CircuitBuilder();
  const [wasThere = b.zero, ...earlier] = range(width).map(() => b.input());
  const [isThere = b.zero, ...later] = range(width).map(() => b.input());
  const chosen = later.map((bit, k) => b.mux(isThere, bit, earlier[k] ?? b.zero));
  return b.build([b.or(isThere, wasThere), ...chosen]);
}

/** The same in the clear. */
function expected(values: readonly bigint[], direction: ScanStage['direction']): bigint[] {
  const order = direction === 'down' ? values : [...values].reverse();
  let last: bigint | undefined;
  const results = order.map((value) => {
    if (last === undefined || (value & 1n) === 1n) last = value;
    // What is not there has any value, but the first of them stays.
    return last;
  });
  return direction === 'down' ? results : results.reverse();
}

function scanning(values: readonly bigint[], scans: readonly Partial<ScanStage>[]): Stage[] {
  const rows = values.length;
  return [
    collect(0, [{ kind: 'constant', values, width: WIDTH + 3 }]),
    ...scans.map(
      (scan, k): Stage => ({
        ...{ kind: 'scan', from: k, to: k + 1, rows, planes: range(WIDTH), combine: latest(WIDTH) },
        ...{ direction: 'down', operator: 0 },
        ...scan,
      }),
    ),
  ];
}

const ROWS = [1, 2, 3, 7, 8, 9, 127, 128, 129, 1000, 5000];

describe.each(['down', 'up'] as const)('a scan %s', (direction) => {
  it.each(ROWS)('finds the last word that is there among %i rows', async (rows) => {
    const rng = new Rng(SEED + rows);
    const values = range(rows).map(() => {
      const value = rng.bigint(0n, 2n ** BigInt(WIDTH + 3) - 1n);
      return rng.chance(0.9) ? value & ~1n : value | 1n;
    });
    const stages = scanning(values, [{ direction }]);
    const { numbers } = await open(programOf({ stages, opened: 1 }));
    expect(numbers(0, WIDTH + 3)).toEqual(values);
    const words = values.map((value) => BigInt.asUintN(WIDTH, value));
    expect(numbers(WIDTH + 3, WIDTH)).toEqual(expected(words, direction));
  });
});

describe('scans', () => {
  it('take planes in any order and follow one another', async () => {
    const rng = new Rng(SEED);
    const values = range(700).map(() => rng.bigint(0n, 2n ** BigInt(WIDTH + 3) - 1n));
    const { combine } = foldOf('min', 5);
    const stages = scanning(values, [
      { planes: [11, 3, 3, 0, 7], combine },
      { planes: [16, 15, 14, 13, 12], combine, direction: 'up' },
      { planes: [1], combine: foldOf('xor', 1).combine },
    ]);
    await open(programOf({ stages, opened: 3 }));
  });

  it('in several pieces and lanes', async () => {
    const rng = new Rng(SEED);
    const rows = 140_001;
    const values = range(rows).map(() => rng.bigint(0n, 2n ** BigInt(WIDTH + 3) - 1n) & ~1n);
    for (const row of [7, 60_000, 66_560, 66_561, 139_999])
      values[row] = BigInt(2 * row + 1) % 4096n;
    const combine = latest(2);
    expect(Math.max(...scanRuns(scanShape(rows, combine)).map((n) => scanPieces(n).length))).toBe(
      2,
    );
    for (const direction of ['down', 'up'] as const) {
      const stages = scanning(values, [{ planes: [0, 5], combine, direction }]);
      await openAs(secured(programOf({ stages, opened: 1 }), 'active'));
    }
  });

  it('take few rounds and about two combinations a row', () => {
    for (const rows of [1000, 5000, 1_000_000]) {
      const combine = latest(32);
      const runs = scanRuns(scanShape(rows, combine));
      expect(runs.length).toBeLessThan(2 * Math.log2(rows));
      expect(runs.reduce((sum, n) => sum + n, 0)).toBeLessThan(2 * rows + 2048);
    }
  });

  it('make what they send without looking at the data', async () => {
    const send = async (values: readonly bigint[]) => {
      const program = programOf({ stages: scanning(values, [{}]), opened: 1 });
      const { run } = await openAs(secured(program, 'active'));
      return run.journal.entries;
    };
    const rng = new Rng(SEED);
    const random = range(600).map(() => rng.bigint(0n, 2n ** BigInt(WIDTH) - 1n));
    expect(await send(random)).toEqual(await send(range(600).map(() => 0n)));
  });
});
