import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/errors/registry.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { parseStatement } from '../../src/parser/parse.ts';
import { bind } from '../../src/planner/bind/bind.ts';
import { LAN } from '../../src/planner/network.ts';
import { choose } from '../../src/planner/physical/choose.ts';
import { optimize } from '../../src/planner/rules/optimize.ts';
import { catalog } from './tables.ts';

/** SQL with the error expected at the character after `^`. */
const REFUSED: readonly (readonly [code: ErrorCode, sql: string, message: RegExp])[] = [
  ['SQL_UNKNOWN_TABLE', 'SELECT COUNT(*) FROM ^nope', /tables: claims/],
  ['SQL_UNKNOWN_TABLE', 'SELECT SUM(^x.a) FROM claims', /does not read a table "x"/],
  ['SQL_UNKNOWN_TABLE', 'SELECT SUM(^claims.a) FROM claims c', /it reads "c"/],
  ['SQL_UNKNOWN_COLUMN', 'SELECT SUM(^nope) FROM claims', /columns: a, b, d/],
  ['SQL_UNKNOWN_COLUMN', 'SELECT ^a', /no FROM/],
  ['SQL_UNKNOWN_COLUMN', 'SELECT COUNT(*) FROM claims WHERE ^zip = 1', /columns:/],
  ['SQL_UNSUPPORTED', 'SELECT ^1 FROM claims', /rows are not released/],
  ['SQL_GROUPING', 'SELECT ^a, COUNT(*) FROM claims', /"a" must be aggregated/],
  ['SQL_GROUPING', 'SELECT ^a FROM claims', /"a" must be aggregated/],
  ['SQL_GROUPING', 'SELECT ^day, COUNT(*) FROM claims GROUP BY flag', /GROUP BY/],
  ['SQL_GROUPING', 'SELECT COUNT(*) FROM claims WHERE ^SUM(a) > 1', /WHERE cannot contain/],
  ['SQL_GROUPING', 'SELECT COUNT(*) AS total FROM claims WHERE total > 1', /WHERE cannot contain/],
  ['SQL_GROUPING', 'SELECT SUM(^SUM(a)) FROM claims', /nested/],
  ['SQL_GROUPING', 'SELECT COUNT(*) FROM claims GROUP BY ^3', /out of range: SELECT has 1 item/],
  ['SQL_GROUPING', 'SELECT ^COUNT(*) FROM claims GROUP BY 1', /GROUP BY cannot contain/],
  ['SQL_UNSUPPORTED', 'SELECT COUNT(*) FROM claims GROUP BY ^a', /BOOLEAN and dictionary/],
  ['SQL_UNSUPPORTED', 'SELECT COUNT(*) FROM claims GROUP BY ^a + 1', /by an expression/],
  ['SQL_UNSUPPORTED', 'SELECT ^SUM(a) + 1 FROM claims', /over aggregates/],
  ['SQL_TYPE', 'SELECT ^SUM(state) FROM claims', /SUM takes numbers/],
  ['SQL_TYPE', 'SELECT ^AVG(flag) FROM claims', /AVG takes numbers/],
  ['SQL_TYPE', 'SELECT SUM(a + ^flag) FROM claims', /"\+" on BOOLEAN/],
  ['SQL_TYPE', "SELECT SUM(a + ^'1') FROM claims", /"\+" on VARCHAR/],
  ['SQL_UNSUPPORTED', 'SELECT SUM(^day - 1) FROM claims', /"-" on DATE/],
  ['SQL_TYPE', 'SELECT COUNT(*) FROM claims WHERE ^a', /WHERE needs a condition/],
  ['SQL_TYPE', 'SELECT COUNT(*) FROM claims WHERE flag AND ^a', /AND needs a condition/],
  ['SQL_TYPE', 'SELECT COUNT(*) FROM claims WHERE NOT ^a', /NOT needs a condition/],
  ['SQL_TYPE', "SELECT COUNT(*) FROM claims WHERE a = ^'x'", /'x' is not a INTEGER/],
  ['SQL_TYPE', "SELECT COUNT(*) FROM claims WHERE day < ^'soon'", /YYYY-MM-DD/],
  ['SQL_TYPE', "SELECT COUNT(*) FROM claims WHERE day < ^DATE '2021-02-29'", /YYYY-MM-DD/],
  ['SQL_TYPE', 'SELECT COUNT(*) FROM claims WHERE ^day = 1', /cannot compare DATE with INTEGER/],
  ['SQL_TYPE', 'SELECT COUNT(*) FROM claims WHERE ^flag > 0.5', /cannot compare BOOLEAN/],
  ['SQL_TYPE', 'SELECT COUNT(*) FROM claims WHERE ^state = a', /cannot compare VARCHAR/],
  ['SQL_UNSUPPORTED', 'SELECT COUNT(*) FROM claims WHERE ^state = note', /different dictionaries/],
  ['SQL_UNSUPPORTED', 'SELECT SUM(a * ^1e3) FROM claims', /1e3 is a DOUBLE/],
  ['SQL_UNSUPPORTED', 'SELECT ^1e3', /1e3 is a DOUBLE/],
  ['SQL_OVERFLOW', 'SELECT ^2147483647 + 1', /INTEGER/],
  ['SQL_OVERFLOW', 'SELECT ^SUM(big * big * big) FROM claims', /HUGEINT/],
];

describe('what cannot be planned', () => {
  it.each(REFUSED)('%s %s', (code, marked, message) => {
    const offset = marked.indexOf('^');
    const sql = marked.replace('^', '');
    let thrown: unknown;
    try {
      choose(optimize(bind(parseStatement(sql), catalog())), LAN);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(TacitError);
    if (!(thrown instanceof TacitError)) return;
    expect(`${thrown.code} ${thrown.message}`).toMatch(message);
    expect(thrown.code).toBe(code);
    if (offset >= 0) expect(thrown.position).toEqual({ line: 1, column: offset + 1 });
    expect(thrown.position).toBeDefined();
  });
});
