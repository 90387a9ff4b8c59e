import { expect } from 'vitest';
import { checkProgram } from '../../src/compiler/check-program.ts';
import { numbersOfPlanes } from '../../src/program/clear-bits.ts';
import { evaluate } from '../../src/program/evaluate.ts';
import { measure } from '../../src/program/measure.ts';
import type { CollectColumn, Program, Stage } from '../../src/program/program.ts';
import { relationSizes } from '../../src/program/relation-sizes.ts';
import { type Run, runParties, secured, storesWith } from '../program/run-parties.ts';

export const range = (n: number) => Array.from({ length: n }, (_, k) => k);

interface Draft {
  readonly stages: readonly Stage[];
  readonly constants?: readonly bigint[];
  readonly folds?: number;
  readonly opened: number;
  /** The compiler would not make this program. */
  readonly isOdd?: boolean;
}

/** A program without stored rows that opens all planes of a relation. */
export function programOf({ stages, constants = [], folds = 0, opened, isOdd }: Draft): Program {
  const relations = 1 + Math.max(...relationSizes({ stages }).keys());
  const program = (results: Pick<Program['results'], 'planes'>): Program => ({
    format: 3,
    suite: { parties: 3, threshold: 1, security: 'passive' },
    stages,
    results: {
      ...{ scalars: constants.length, folds, relations, tests: [], reveal: [], operator: 0 },
      constants: constants.map((value, scalar) => ({ scalar, value })),
      ...results,
    },
    operators: ['all'],
  });
  const size = relationSizes({ stages })[opened];
  if (size === undefined) throw new Error(`no relation ${opened}`);
  const { rows, planes } = size;
  const made = program({ planes: { relation: opened, rows, planes: range(planes) } });
  if (isOdd !== true) checkProgram(made);
  return made;
}

/** What was opened, and the numbers that `width` planes from plane `at` on make. */
export interface OpenedRelation {
  readonly run: Run;
  readonly numbers: (at: number, width: number) => bigint[];
}

/**
 * Runs a program at real parties with either security, which must take what was measured, and in the clear; both must open the same.
 */
export async function open(program: Program): Promise<OpenedRelation> {
  await openAs(secured(program, 'active'));
  return openAs(secured(program, 'passive'));
}

/** {@link open} with the security that the program has; `isOrdered`: the order of rows must be the same too. */
export async function openAs(program: Program, isOrdered = true): Promise<OpenedRelation> {
  const run = await runParties(program, await storesWith());
  const { total } = measure(program, true, run.sorts);
  expect([run.rounds, run.andGates, run.multiplications]).toEqual([
    ...[total.rounds, total.andGates, total.multiplications],
  ]);
  expect(run.bytesSent).toEqual(total.bytesPerParty);
  const rows = program.results.planes?.rows ?? 0;
  const clear = evaluate(program, { planes: () => [], limb: () => [] });
  const all = (planes: readonly Uint8Array[]) => {
    const numbers = numbersOfPlanes(planes, rows);
    return isOrdered ? numbers : numbers.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  };
  expect(all(run.planes)).toEqual(all(clear.planes));
  const numbers = (at: number, width: number) =>
    numbersOfPlanes(run.planes.slice(at, at + width), rows);
  return { run, numbers };
}

/** A relation of columns that have the same rows. */
export function collect(relation: number, columns: readonly CollectColumn[]): Stage {
  const [first] = columns;
  const rows =
    first?.kind === 'constant'
      ? first.values.length
      : first?.kind === 'folds'
        ? first.folds.length
        : (first?.scalars.length ?? 0);
  return { kind: 'collect', relation, rows, columns, operator: 0 };
}
