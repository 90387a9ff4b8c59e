import { describe, expect, it } from 'vitest';
import { tokenize } from '../../src/parser/lexer.ts';

const texts = (sql: string) => tokenize(sql).map(({ text }) => text);
const kinds = (sql: string) => tokenize(sql).map(({ kind }) => kind);

describe('tokens', () => {
  it('splits operators as DuckDB does', () => {
    expect(texts('a<>-1')).toEqual(['a', '<>', '-', '1']);
    expect(texts('a*-1<=-b')).toEqual(['a', '*', '-', '1', '<=', '-', 'b']);
    expect(texts('a- -1')).toEqual(['a', '-', '-', '1']);
    expect(texts('t.a::int')).toEqual(['t', '.', 'a', '::', 'int']);
  });

  it('skips comments, nested ones too', () => {
    expect(texts("1 -- it's; \n + /* x /* y */ ' */ 2")).toEqual(['1', '+', '2']);
  });

  it('undoubles quotes', () => {
    expect(tokenize(`'it''s' "a""b"`).map(({ value }) => value)).toEqual(["it's", 'a"b']);
    expect(tokenize("'a\\'").map(({ value }) => value)).toEqual(['a\\']);
  });

  it('reads numbers as written', () => {
    expect(texts('1 .5 1.50 1e5 1E-5 2.5e+7')).toEqual([
      '1',
      '.5',
      '1.50',
      '1e5',
      '1E-5',
      '2.5e+7',
    ]);
    for (const wrong of ['5.', '1a', '1_000', '0x1F', '1e', '1.2.3', '1..2', '1$', '1.e5']) {
      expect(kinds(wrong), wrong).toEqual(['bad']);
    }
  });

  it('counts lines and columns in characters', () => {
    const [, second, third] = tokenize("'😀é' b\r\n\tc");
    expect(second?.at).toEqual({ line: 1, column: 6 });
    expect(third?.at).toEqual({ line: 2, column: 2 });
  });

  it.each([
    ["'abc", 'SQL_SYNTAX', 'the string is not closed'],
    ['"abc', 'SQL_SYNTAX', 'not closed'],
    ['""', 'SQL_SYNTAX', 'empty'],
    ['/* a', 'SQL_SYNTAX', 'comment'],
    ["E'a\\'b'", 'SQL_UNSUPPORTED', "E'…'"],
    ["x'ff'", 'SQL_UNSUPPORTED', "X'…'"],
    ["u&'a'", 'SQL_UNSUPPORTED', "U&'…'"],
    ['$$a;b$$', 'SQL_UNSUPPORTED', '$…$'],
    ['$f$ $$ $f$', 'SQL_UNSUPPORTED', '$…$'],
    ['$name', 'SQL_UNSUPPORTED', 'parameter by name'],
    ['\0', 'SQL_SYNTAX', 'NUL'],
    ["'a\0b'", 'SQL_SYNTAX', 'NUL'],
    ['"a\0b"', 'SQL_SYNTAX', 'NUL'],
    ['\\', 'SQL_SYNTAX', '\\'],
    ['\u0001', 'SQL_SYNTAX', 'U+0001'],
    ['`a`', 'SQL_SYNTAX', '`'],
  ])('refuses %j by name', (text, code, name) => {
    const [, token] = tokenize(` a\n ${text}`);
    expect(token?.error).toMatchObject({ code, position: { line: 2, column: 2 } });
    expect(token?.error?.message).toContain(name);
  });
});
