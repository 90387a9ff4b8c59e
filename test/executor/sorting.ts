import type { Program, SortStage, Stage } from '../../src/program/program.ts';

const range = (n: number) => Array.from({ length: n }, (_, k) => k);

/** A sort: the planes of its key, and how. */
export type Sorting = Pick<SortStage, 'key' | 'method'>;

/** A program that makes a relation of public numbers of `width` bits, sorts it by one key after another and opens it. */
export function sortingProgram(
  values: readonly bigint[],
  width: number,
  sorts: readonly Sorting[],
): Program {
  const rows = values.length;
  const stages: Stage[] = [
    {
      ...{ kind: 'collect', relation: 0, rows, operator: 0 },
      columns: [{ kind: 'constant', values, width }],
    },
    ...sorts.map((sort, k): Stage => {
      return { kind: 'sort', from: k, to: k + 1, rows, ...sort, operator: 1 };
    }),
  ];
  const relation = sorts.length;
  return {
    format: 3,
    suite: { parties: 3, threshold: 1, security: 'active' },
    stages,
    results: {
      ...{ scalars: 0, folds: 0, constants: [], tests: [], reveal: [], operator: 0 },
      relations: relation + 1,
      planes: { relation, rows, planes: range(width) },
    },
    operators: ['collect', 'sort'],
  };
}

/** The numbers in ascending order of the bits that a key names; ties keep their order. */
export function stablySorted(values: readonly bigint[], key: readonly number[]): bigint[] {
  const rank = (value: bigint) =>
    key.reduce((sum, plane, k) => sum | (((value >> BigInt(plane)) & 1n) << BigInt(k)), 0n);
  const ranked = values.map((value) => ({ value, rank: rank(value) }));
  ranked.sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0));
  return ranked.map(({ value }) => value);
}
