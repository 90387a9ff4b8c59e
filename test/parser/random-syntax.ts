import fc from 'fast-check';
import { keywords } from '../../src/parser/keywords.ts';
import type {
  CommonTable,
  DerivedTable,
  Expression,
  FrameBound,
  FromItem,
  OrderItem,
  Query,
  SelectItem,
  SelectStatement,
  Star,
  TableReference,
} from '../../src/parser/syntax.ts';
import { randomJoin, randomOperation, randomQuantile } from './random-relations.ts';

const at = { line: 1, column: 1 };

/** Any name that can be quoted: keywords, blanks, quotes, other alphabets. */
const names = fc.oneof(
  fc.constantFrom('a', 'B', 'claims', 'x1', '_y', 'état', 'a b', 'q"q', '1st', 'q12', 'p3', 'ß$'),
  fc.constantFrom(...keywords()),
  fc.string({ minLength: 1, maxLength: 6 }).filter((name) => !name.includes('\0')),
);
const strings = fc.oneof(
  fc.constantFrom('', "it's", "''", '--', '/*', ';', '\\', 'a\nb', '"', "' OR '1'='1", 's7'),
  fc.string({ maxLength: 8 }).filter((value) => !value.includes('\0')),
);
const numbers = fc.oneof(
  fc.constantFrom('0', '007', '1.50', '.5', '1e-5', '2.5E+7', '99999999999999999999', '1e5'),
  fc.nat().map(String),
);
const functions = fc.constantFrom(
  ...['coalesce', 'round', 'left', 'if', 'date_trunc', 'substring', 'x1', 'greatest', 'year'],
);
const aggregates = fc.constantFrom('sum', 'count', 'avg', 'min', 'stddev_pop', 'bool_and', 'every');
const types = fc.record({
  name: fc.constantFrom('INT', 'DECIMAL', 'VARCHAR', 'DOUBLE', 'TIMESTAMP', 'DATE', 'X1'),
  arguments: fc.array(fc.nat(38), { maxLength: 2 }),
});

/** An object whose undefined members are left out, as the parser leaves them out. */
function node<T extends object>(
  members: {
    [K in keyof T]: fc.Arbitrary<T[K]>;
  },
): fc.Arbitrary<T & { at: typeof at }> {
  return fc.record(members).map((value) => {
    const kept = Object.entries(value).filter(([, member]) => member !== undefined);
    return Object.fromEntries([...kept, ['at', at]]) as T & { at: typeof at };
  });
}

const is = <const T>(value: T): fc.Arbitrary<T> => fc.constant(value);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const leaf: fc.Arbitrary<Expression> = fc.oneof(
  node({ kind: is('column'), name: names }),
  node({ kind: is('column'), table: names, name: names }),
  node({ kind: is('null') }),
  node({ kind: is('boolean'), value: fc.boolean() }),
  node({ kind: is('number'), text: numbers }),
  node({ kind: is('string'), value: strings }),
  node({ kind: is('typed'), type: fc.constantFrom('date', 'timestamp'), value: strings }),
  node({ kind: is('interval'), text: strings, unit: maybe(fc.constantFrom('day', 'months')) }),
  node({ kind: is('interval'), text: numbers, unit: maybe(is('hour')), bare: is(true) }),
  node({ kind: is('parameter'), number: fc.integer({ min: 1, max: 256 }) }),
  node({ kind: is('countStar') }),
) as fc.Arbitrary<Expression>;

const table = node({ name: names, alias: maybe(names) }) as fc.Arbitrary<TableReference>;
const columns = fc.array(names, { minLength: 1, maxLength: 2 });

type Trees = {
  readonly e: Expression;
  readonly order: OrderItem;
  readonly from: FromItem;
  readonly select: SelectStatement;
  readonly q: Query;
};

const trees = fc.letrec<Trees>((tie) => {
  const e = tie('e');
  const q = tie('q');
  const order = node({
    ...{ expression: e, descending: fc.boolean() },
    nulls: maybe(fc.constantFrom('first', 'last')),
  }) as fc.Arbitrary<OrderItem>;
  const scalar = fc.oneof(...operators(e), ...functionsOf(e), windows(e, tie('order')));
  const nested = fc.oneof(
    node({ kind: is('inQuery'), negated: fc.boolean(), operand: e, query: q }),
    node({ kind: is('exists'), query: q }),
    node({ kind: is('scalarQuery'), query: q }),
  );
  const inner = fc.oneof(
    { weight: 9, arbitrary: scalar },
    { weight: 1, arbitrary: nested },
  ) as fc.Arbitrary<Expression>;
  const derived = fc.oneof(
    node({ select: q, alias: maybe(names) }),
    node({ select: q, alias: names, columns }),
  ) as fc.Arbitrary<DerivedTable>;
  const joined = fc.tuple(tie('from'), tie('from'), e, columns, fc.nat(), fc.nat());
  return {
    e: fc.oneof({ maxDepth: 5, depthIdentifier: 'e' }, leaf, inner, inner),
    order,
    from: fc.oneof(
      { maxDepth: 2, depthIdentifier: 'q' },
      table,
      derived,
      joined.map((parts) => randomJoin(...parts)),
    ),
    select: selects(e, order, tie('from'), q),
    q: fc.oneof(
      { maxDepth: 2, depthIdentifier: 'q' },
      tie('select'),
      fc.tuple(q, q, tie('select'), fc.nat()).map((parts): Query => randomOperation(...parts)),
    ) as fc.Arbitrary<Query>,
  };
});

/** Any tree the parser can return, positions aside. */
export const anyExpression: fc.Arbitrary<Expression> = trees.e;
/** Any query the parser can return, positions aside. */
export const anyQuery: fc.Arbitrary<Query> = trees.q;

function operators(e: fc.Arbitrary<Expression>): fc.Arbitrary<unknown>[] {
  const negated = fc.boolean();
  const some = fc.array(e, { minLength: 1, maxLength: 3 }).filter(isList);
  const arithmetic = fc.constantFrom('+', '-', '*', '/', '//', '%');
  return [
    node({ kind: is('negate'), operand: e }),
    node({ kind: is('not'), operand: e }),
    node({ kind: is('arithmetic'), op: arithmetic, left: e, right: e }),
    node({ kind: is('arithmetic'), op: arithmetic, left: e, right: e }),
    node({
      ...{ kind: is('compare'), left: e, right: e },
      op: fc.constantFrom('=', '<>', '<', '<=', '>', '>='),
    }),
    node({ kind: is('logic'), op: fc.constantFrom('and', 'or'), left: e, right: e }),
    node({ kind: is('in'), negated, operand: e, list: some }),
    node({ kind: is('between'), negated, operand: e, low: e, high: e }),
    node({ kind: is('isNull'), negated, operand: e }),
    node({ kind: is('isTruth'), negated, operand: e, value: fc.constantFrom(true, false, null) }),
    node({ kind: is('isDistinct'), negated, left: e, right: e }),
    node({
      ...{ kind: is('like'), negated, ignoreCase: fc.boolean() },
      ...{ operand: e, pattern: e, escape: maybe(e) },
    }),
  ];
}

/** `IN ((SELECT 1))` is no list but a query. */
function isList(list: readonly Expression[]): boolean {
  return list.length > 1 || list[0]?.kind !== 'scalarQuery';
}

function functionsOf(e: fc.Arbitrary<Expression>): fc.Arbitrary<unknown>[] {
  const branches = fc.array(fc.record({ when: e, then: e }), { minLength: 1, maxLength: 2 });
  const quantile = fc.tuple(fc.nat(), e, e, fc.boolean(), maybe(e));
  return [
    node({ kind: is('case'), operand: maybe(e), branches, otherwise: maybe(e) }),
    node({ kind: is('cast'), operand: e, type: types, tryCast: fc.boolean() }),
    node({ kind: is('extract'), field: fc.constantFrom('year', 'doy'), operand: e }),
    node({ kind: is('call'), name: functions, operands: fc.array(e, { maxLength: 3 }) }),
    node({ kind: is('call'), name: is('||'), operands: fc.tuple(e, e) }),
    node({
      ...{ kind: is('aggregate'), fn: aggregates, operand: e },
      ...{ distinct: fc.boolean(), filter: maybe(e) },
    }),
    node({ kind: is('countStar'), filter: maybe(e) }),
    quantile.map((parts) => randomQuantile(...parts)),
  ];
}

function windows(e: fc.Arbitrary<Expression>, order: fc.Arbitrary<OrderItem>) {
  const direction = fc.constantFrom('preceding', 'following');
  const count = fc.oneof(
    node({ kind: is('number'), text: numbers }),
    node({ kind: is('parameter'), number: is(1) }),
  ) as fc.Arbitrary<Expression>;
  const bound = fc.oneof(
    fc.record({ kind: is('current') }),
    fc.record({ kind: is('unbounded'), direction }),
    fc.record({ kind: is('offset'), direction, count }),
  ) as fc.Arbitrary<FrameBound>;
  const unit = fc.constantFrom('rows', 'range', 'groups');
  const frame = fc.oneof(
    node({ unit, start: bound, end: bound }),
    node({ unit, start: bound, end: is({ kind: 'current' }), short: is(true) }),
  );
  const parts = {
    ...{ filter: maybe(e), frame: maybe(frame) },
    ...{ partitionBy: fc.array(e, { maxLength: 2 }), orderBy: fc.array(order, { maxLength: 2 }) },
  };
  const several = fc.constantFrom('row_number', 'lag', 'nth_value', 'rank');
  return fc.oneof(
    node({ kind: is('window'), fn: is('count'), operands: is([]), ...parts }),
    node({ kind: is('window'), fn: aggregates, operands: fc.tuple(e), ...parts }),
    node({ kind: is('window'), fn: several, operands: fc.array(e, { maxLength: 3 }), ...parts }),
  );
}

function selects(
  e: fc.Arbitrary<Expression>,
  order: fc.Arbitrary<OrderItem>,
  from: fc.Arbitrary<FromItem>,
  q: fc.Arbitrary<Query>,
): fc.Arbitrary<SelectStatement> {
  const item = fc.oneof(
    { weight: 4, arbitrary: node({ expression: e, alias: maybe(names) }) },
    { weight: 1, arbitrary: node({ kind: is('star'), table: maybe(names) }) },
  ) as fc.Arbitrary<SelectItem | Star>;
  const common = node({
    ...{ name: names, columns: maybe(columns), select: q },
  }) as fc.Arbitrary<unknown> as fc.Arbitrary<CommonTable>;
  const select = (withs: fc.Arbitrary<readonly CommonTable[]>) =>
    node({
      ...{ kind: is('select'), with: withs, distinct: fc.boolean() },
      items: fc.array(item, { minLength: 1, maxLength: 3 }),
      ...{ from: maybe(from), where: maybe(e) },
      groupBy: fc.oneof(is('all'), fc.array(e, { maxLength: 2 })),
      ...{ having: maybe(e), orderBy: fc.array(order, { maxLength: 2 }) },
      ...{ limit: maybe(e), offset: maybe(e) },
    }) as fc.Arbitrary<unknown> as fc.Arbitrary<SelectStatement>;
  return fc.oneof(
    { maxDepth: 2, depthIdentifier: 'q' },
    select(is([])),
    select(fc.array(common, { maxLength: 2 })),
  );
}

/** A copy of a tree without its positions. */
export function withoutPositions<T>(tree: T): T {
  return JSON.parse(JSON.stringify(tree, (key, value) => (key === 'at' ? undefined : value)));
}
