import { describe, expect, it } from 'vitest';
import { parseCommand, parseStatement, parseStatements } from '../../src/parser/parse.ts';
import { normalisedSql } from '../../src/parser/print.ts';

describe('CHECK TABLE', () => {
  it.each([
    ['check  Table /* mine */ Claims ;', false, 'Claims', 25],
    ['EXPLAIN CHECK TABLE "a ""b"', true, 'a "b', 21],
  ])('is read: %s', (sql, explain, name, column) => {
    const check = { name, at: { line: 1, column } };
    expect(parseCommand(sql)).toEqual({ sql: sql.replace(' ;', ''), explain, check });
  });

  it('is one of several statements of a text', () => {
    const commands = parseStatements('SELECT 1;\nCHECK TABLE t; CHECK t; SELECT 2');
    expect(commands.map(({ sql }) => sql)).toEqual([
      ...['SELECT 1', 'CHECK TABLE t', 'CHECK t', 'SELECT 2'],
    ]);
    expect(commands[1]?.statement).toMatchObject({ check: { at: { line: 2, column: 13 } } });
    expect(commands[2]?.statement).toMatchObject({ code: 'SQL_SYNTAX' });
  });

  it('has one normal form', () => {
    expect(normalisedSql(parseCommand('check table "t"'))).toBe('CHECK TABLE t');
    expect(normalisedSql(parseCommand('EXPLAIN CHECK TABLE "a b"'))).toBe('CHECK TABLE "a b"');
  });

  it.each([
    ['CHECK', 6, 'expected TABLE after CHECK, found the end of the statement'],
    ['CHECK t', 7, 'expected TABLE after CHECK, found t'],
    ['CHECK TABLE', 12, 'expected the name of a table, found the end of the statement'],
    ['CHECK TABLE SELECT', 13, 'expected the name of a table, found SELECT'],
    ["CHECK TABLE 't'", 13, "expected the name of a table, found 't'"],
    ['CHECK TABLE t WHERE a > 1', 15, 'expected the end of CHECK TABLE, found WHERE'],
    ['CHECK TABLE s.t', 14, 'expected the end of CHECK TABLE, found .'],
  ])('is refused with its position: %s', (sql, column, message) => {
    expect(() => parseCommand(sql)).toThrow(
      expect.objectContaining({ code: 'SQL_SYNTAX', message, position: { line: 1, column } }),
    );
  });

  it('is no SELECT', () => {
    expect(() => parseStatement('CHECK TABLE t')).toThrow(
      expect.objectContaining({ code: 'SQL_UNSUPPORTED' }),
    );
  });
});
