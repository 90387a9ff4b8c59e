import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isKeyword } from '../../src/parser/keywords.ts';
import { tokenize } from '../../src/parser/lexer.ts';
import { parseStatement } from '../../src/parser/parse.ts';
import { label, normalisedSql, print } from '../../src/parser/print.ts';
import { oneSelect } from './one-select.ts';
import { anyExpression, anyQuery, withoutPositions } from './random-syntax.ts';

const long = process.env['TACIT_LONG'] === '1';
const seed = Number(process.env['TACIT_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const options = { seed, numRuns: long ? 5_000 : 50 };

describe(`printing and reading (seed ${seed})`, () => {
  it('reads back every statement it prints', () => {
    fc.assert(
      fc.property(anyQuery, (select) => {
        const read = parseStatement(print(select)).select;
        expect(withoutPositions(read)).toEqual(withoutPositions(select));
      }),
      options,
    );
  });

  it('reads back labels, which have only the parentheses they need', () => {
    fc.assert(
      fc.property(anyExpression, (expression) => {
        const [read] = oneSelect(`SELECT ${label(expression)}`).items;
        expect(withoutPositions(read)).toEqual({ expression: withoutPositions(expression) });
      }),
      options,
    );
  });

  it('does not depend on spaces, comments, line breaks or letter case of keywords', () => {
    fc.assert(
      fc.property(anyQuery, fc.infiniteStream(fc.constantFrom(...GAPS)), (select, gaps) => {
        const text = tokenize(print(select))
          .map(({ text: token, kind }) => {
            // Names that are keywords are printed in quotes.
            const keyword = kind === 'word' && isKeyword(token);
            // A slash would join the comment behind it.
            const blank = token.endsWith('/') ? ' ' : '';
            return (keyword ? token.toLowerCase() : token) + blank + gaps.next().value;
          })
          .join('');
        const read = parseStatement(text).select;
        expect(withoutPositions(read)).toEqual(withoutPositions(select));
      }),
      options,
    );
  });

  it('has one normal form for a statement and its normal form', () => {
    fc.assert(
      fc.property(anyQuery, (select) => {
        const text = normalisedSql(parseStatement(print(select)));
        expect(normalisedSql(parseStatement(text))).toBe(text);
      }),
      options,
    );
  });

  it('gives every node the position of a token', () => {
    fc.assert(
      fc.property(anyQuery, (select) => {
        const text = print(select);
        const starts = new Set(tokenize(text).map(({ at }) => JSON.stringify(at)));
        JSON.stringify(parseStatement(text).select, (key, value) => {
          if (key === 'at') expect(starts).toContain(JSON.stringify(value));
          return value;
        });
      }),
      options,
    );
  });
});

const GAPS = [' ', ' ', '\n', '\t', ' -- note ; \' "\n', '/* a /* b */ ; c */', '\r\n '];
