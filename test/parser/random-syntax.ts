import fc from 'fast-check';
import { keywords } from '../../src/parser/keywords.ts';
import type { Expression, SelectStatement } from '../../src/parser/syntax.ts';

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

/** Any tree the parser can return, positions aside. */
export const anyExpression: fc.Arbitrary<Expression> = fc.letrec<{ e: Expression }>((tie) => {
  const e = tie('e');
  const negated = fc.boolean();
  const leaf: fc.Arbitrary<Expression> = fc.oneof(
    fc.record({ kind: fc.constant('column' as const), name: names, at: fc.constant(at) }),
    fc.record({
      kind: fc.constant('column' as const),
      table: names,
      name: names,
      at: fc.constant(at),
    }),
    fc.constant({ kind: 'null' as const, at }),
    fc.boolean().map((value) => ({ kind: 'boolean' as const, value, at })),
    numbers.map((text) => ({ kind: 'number' as const, text, at })),
    strings.map((value) => ({ kind: 'string' as const, value, at })),
    fc
      .tuple(fc.constantFrom('date' as const, 'timestamp' as const), strings)
      .map(([type, value]) => ({ kind: 'typed' as const, type, value, at })),
    fc.constant({ kind: 'countStar' as const, at }),
  );
  const node: fc.Arbitrary<Expression> = fc.oneof(
    e.map((operand) => ({ kind: 'negate' as const, operand, at })),
    e.map((operand) => ({ kind: 'not' as const, operand, at })),
    fc
      .tuple(fc.constantFrom('+' as const, '-' as const, '*' as const), e, e)
      .map(([op, left, right]) => ({ kind: 'arithmetic' as const, op, left, right, at })),
    fc
      .tuple(fc.constantFrom(...(['=', '<>', '<', '<=', '>', '>='] as const)), e, e)
      .map(([op, left, right]) => ({ kind: 'compare' as const, op, left, right, at })),
    fc
      .tuple(fc.constantFrom('and' as const, 'or' as const), e, e)
      .map(([op, left, right]) => ({ kind: 'logic' as const, op, left, right, at })),
    fc
      .tuple(negated, e, fc.array(e, { minLength: 1, maxLength: 3 }))
      .map(([not, operand, list]) => ({ kind: 'in' as const, negated: not, operand, list, at })),
    fc.tuple(negated, e, e, e).map(([not, operand, low, high]) => ({
      ...{ kind: 'between' as const, negated: not, operand, low, high, at },
    })),
    fc
      .tuple(negated, e)
      .map(([not, operand]) => ({ kind: 'isNull' as const, negated: not, operand, at })),
    fc
      .tuple(fc.constantFrom('sum' as const, 'count' as const, 'avg' as const), e)
      .map(([fn, operand]) => ({ kind: 'aggregate' as const, fn, operand, at })),
  );
  return { e: fc.oneof({ maxDepth: 5, depthIdentifier: 'e' }, leaf, node, node) };
}).e;

const alias = fc.option(names, { nil: undefined });

/** Any SELECT the parser can return, positions aside. */
export const anySelect: fc.Arbitrary<SelectStatement> = fc
  .record({
    items: fc.array(fc.tuple(anyExpression, alias), { minLength: 1, maxLength: 3 }),
    from: fc.option(fc.tuple(names, alias), { nil: undefined }),
    where: fc.option(anyExpression, { nil: undefined }),
    groupBy: fc.array(anyExpression, { maxLength: 2 }),
  })
  .map(({ items, from, where, groupBy }) => ({
    kind: 'select',
    items: items.map(([expression, as]) => ({ expression, ...named(as), at })),
    ...(from ? { from: { name: from[0], ...named(from[1]), at } } : {}),
    ...(where ? { where } : {}),
    groupBy,
    at,
  }));

function named(name: string | undefined): { alias?: string } {
  return name === undefined ? {} : { alias: name };
}

/** A copy of a tree without its positions. */
export function withoutPositions<T>(tree: T): T {
  return JSON.parse(JSON.stringify(tree, (key, value) => (key === 'at' ? undefined : value)));
}
