import fc from 'fast-check';
import { keywords } from '../../src/parser/keywords.ts';
import type {
  CommonTable,
  DerivedTable,
  Expression,
  OrderItem,
  SelectItem,
  SelectStatement,
  Star,
  TableReference,
} from '../../src/parser/syntax.ts';

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

/** Any tree the parser can return, positions aside. */
export const anyExpression: fc.Arbitrary<Expression> = fc.letrec<{ e: Expression }>((tie) => {
  const e = tie('e') as fc.Arbitrary<Expression>;
  const negated = fc.boolean();
  const some = fc.array(e, { minLength: 1, maxLength: 3 });
  const branches = fc.array(fc.record({ when: e, then: e }), { minLength: 1, maxLength: 2 });
  const arithmetic = fc.constantFrom('+', '-', '*', '/', '//', '%');
  const inner = fc.oneof(
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
  ) as fc.Arbitrary<Expression>;
  return { e: fc.oneof({ maxDepth: 5, depthIdentifier: 'e' }, leaf, inner, inner) };
}).e;

const item: fc.Arbitrary<SelectItem | Star> = fc.oneof(
  { weight: 4, arbitrary: node({ expression: anyExpression, alias: maybe(names) }) },
  { weight: 1, arbitrary: node({ kind: is('star'), table: maybe(names) }) },
) as fc.Arbitrary<SelectItem | Star>;

const order = node({
  ...{ expression: anyExpression, descending: fc.boolean() },
  nulls: maybe(fc.constantFrom('first', 'last')),
}) as fc.Arbitrary<OrderItem>;

const table = node({ name: names, alias: maybe(names) }) as fc.Arbitrary<TableReference>;
const columns = fc.array(names, { minLength: 1, maxLength: 2 });

/** Any SELECT the parser can return, positions aside. */
export const anySelect: fc.Arbitrary<SelectStatement> = fc.letrec<{ s: SelectStatement }>((tie) => {
  const s = tie('s') as fc.Arbitrary<SelectStatement>;
  const select = (nested: boolean) => {
    const derived = fc.oneof(
      node({ select: s, alias: maybe(names) }),
      node({ select: s, alias: names, columns }),
    ) as fc.Arbitrary<DerivedTable>;
    const common = node({
      name: names,
      columns: maybe(columns),
      select: s,
    }) as fc.Arbitrary<unknown>;
    const from = nested ? fc.oneof(table, derived) : table;
    return node({
      kind: is('select'),
      with: nested ? fc.array(common as fc.Arbitrary<CommonTable>, { maxLength: 2 }) : is([]),
      distinct: fc.boolean(),
      items: fc.array(item, { minLength: 1, maxLength: 3 }),
      from: maybe(from),
      where: maybe(anyExpression),
      groupBy: fc.oneof(is('all'), fc.array(anyExpression, { maxLength: 2 })),
      having: maybe(anyExpression),
      orderBy: fc.array(order, { maxLength: 2 }),
      limit: maybe(anyExpression),
      offset: maybe(anyExpression),
    }) as fc.Arbitrary<unknown> as fc.Arbitrary<SelectStatement>;
  };
  return { s: fc.oneof({ maxDepth: 2, depthIdentifier: 's' }, select(false), select(true)) };
}).s;

/** A copy of a tree without its positions. */
export function withoutPositions<T>(tree: T): T {
  return JSON.parse(JSON.stringify(tree, (key, value) => (key === 'at' ? undefined : value)));
}
