import type {
  Expression,
  FromItem,
  JoinedTable,
  Query,
  SelectStatement,
  SetOperation,
} from '../../src/parser/syntax.ts';

const at = { line: 1, column: 1 };

/** A join that the parser can return: a comma stands in no other join, a cross join has no condition. */
export function randomJoin(
  left: FromItem,
  right: FromItem,
  on: Expression,
  using: readonly string[],
  kind: number,
  condition: number,
): FromItem {
  if (isComma(right)) return right;
  const base = { kind: 'join', left, right, natural: false, at } as const;
  if (isComma(left) || kind % 9 === 0) return { ...base, join: 'cross', comma: true };
  const join = KINDS[kind % KINDS.length] as JoinedTable['join'];
  if (join === 'cross') return { ...base, join };
  if (condition % 3 === 0) return { ...base, join, natural: true };
  return condition % 3 === 1 ? { ...base, join, on } : { ...base, join, using };
}

const KINDS = ['inner', 'left', 'right', 'full', 'cross', 'semi', 'anti'] as const;

function isComma(item: FromItem): boolean {
  return 'kind' in item && item.comma === true;
}

/** A set operation with parentheses where the reader needs them, and sometimes where it does not. */
export function randomOperation(
  left: Query,
  right: Query,
  clauses: SelectStatement,
  kind: number,
): SetOperation {
  const op = (['union', 'intersect', 'except'] as const)[kind % 3] as SetOperation['op'];
  const { with: common, orderBy, limit, offset } = clauses;
  return {
    ...{ kind: 'setOperation', op, all: kind % 2 === 0, with: common, orderBy, at },
    left: side(left, strength(op), kind % 5 === 0),
    right: side(right, strength(op) + 1, kind % 7 === 0),
    ...(limit && { limit }),
    ...(offset && { offset }),
  };
}

function side(query: Query, atLeast: number, enclosed: boolean): Query {
  const isBare =
    query.with.length === 0 && query.orderBy.length === 0 && !query.limit && !query.offset;
  const binds = query.kind === 'select' || strength(query.op) >= atLeast;
  return isBare && binds && !enclosed ? query : { ...query, enclosed: true };
}

function strength(op: SetOperation['op']): number {
  return op === 'intersect' ? 2 : 1;
}

/** A quantile under one of its names. */
export function randomQuantile(
  name: number,
  operand: Expression,
  fraction: Expression,
  descending: boolean,
  filter: Expression | undefined,
): Expression {
  const written = NAMES[name % NAMES.length] as string;
  const within = written.startsWith('percentile');
  return {
    kind: 'quantile',
    form: /disc$|^quantile$/.test(written) ? 'disc' : 'cont',
    operand,
    fraction: written === 'median' ? { kind: 'number', text: '0.5', at } : fraction,
    descending: within && descending,
    ...(filter && { filter }),
    ...{ written, at },
  };
}

const NAMES = [
  ...['median', 'quantile', 'quantile_cont', 'quantile_disc'],
  ...['percentile_cont', 'percentile_disc'],
];
