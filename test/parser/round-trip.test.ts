import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tokenize } from '../../src/parser/lexer.ts';
import { parseStatement } from '../../src/parser/parse.ts';
import { label, print } from '../../src/parser/print.ts';
import { anyExpression, anySelect, withoutPositions } from './random-syntax.ts';

const long = process.env['TACIT_LONG'] === '1';
const seed = Number(process.env['TACIT_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const options = { seed, numRuns: long ? 10_000 : 100 };

describe(`printing and reading (seed ${seed})`, () => {
  it('reads back every statement it prints', () => {
    fc.assert(
      fc.property(anySelect, (select) => {
        const read = parseStatement(print(select)).select;
        expect(withoutPositions(read)).toEqual(withoutPositions(select));
      }),
      options,
    );
  });

  it('reads back labels, which have only the parentheses they need', () => {
    fc.assert(
      fc.property(anyExpression, (expression) => {
        const read = parseStatement(`SELECT ${label(expression)}`).select.items[0]?.expression;
        expect(withoutPositions(read)).toEqual(withoutPositions(expression));
      }),
      options,
    );
  });

  it('does not depend on spaces, comments, line breaks or letter case of keywords', () => {
    fc.assert(
      fc.property(anySelect, fc.infiniteStream(fc.constantFrom(...GAPS)), (select, gaps) => {
        const text = tokenize(print(select))
          .map(({ text: token, kind }) => {
            const keyword = kind === 'word' && /^(SELECT|FROM|WHERE|AND|OR|NOT|IN)$/.test(token);
            return (keyword ? token.toLowerCase() : token) + gaps.next().value;
          })
          .join('');
        const read = parseStatement(text).select;
        expect(withoutPositions(read)).toEqual(withoutPositions(select));
      }),
      options,
    );
  });

  it('gives every node the position of a token', () => {
    fc.assert(
      fc.property(anySelect, (select) => {
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
