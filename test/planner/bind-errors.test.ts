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
  ['SQL_UNKNOWN_TABLE', 'SELECT ^x.* FROM claims', /does not read a table "x"/],
  ['SQL_UNKNOWN_TABLE', 'WITH x AS (SELECT 1 FROM ^x) SELECT 1 FROM x', /tables: claims/],
  ['SQL_UNKNOWN_COLUMN', 'SELECT SUM(^nope) FROM claims', /columns: a, b, d/],
  ['SQL_UNKNOWN_COLUMN', 'SELECT ^a', /no FROM/],
  ['SQL_UNKNOWN_COLUMN', 'SELECT COUNT(*) FROM claims WHERE ^zip = 1', /columns:/],
  [
    'SQL_UNKNOWN_COLUMN',
    'SELECT SUM(^b) FROM (SELECT a AS x, d AS y FROM claims)',
    /columns: x, y/,
  ],
  ['SQL_UNKNOWN_COLUMN', 'SELECT a AS x, SUM(^x) FROM claims GROUP BY a', /"x"/],
  ['SQL_UNSUPPORTED', 'SELECT ^1 FROM claims', /rows are not released/],
  ['SQL_UNSUPPORTED', 'SELECT ^a FROM claims', /rows are not released/],
  ['SQL_UNSUPPORTED', 'SELECT ^* FROM claims', /rows are not released/],
  ['SQL_UNSUPPORTED', 'SELECT ^x FROM (SELECT a + 1 AS x FROM claims)', /rows are not released/],
  ['SQL_UNSUPPORTED', 'WITH x AS (SELECT a FROM claims LIMIT 3) SELECT ^a FROM x', /rows are not/],
  ['SQL_SYNTAX', 'SELECT ^*', /\* needs a FROM/],
  ['SQL_GROUPING', 'SELECT ^a, COUNT(*) FROM claims', /"a" must be aggregated/],
  ['SQL_GROUPING', 'SELECT ^day, COUNT(*) FROM claims GROUP BY flag', /GROUP BY/],
  ['SQL_GROUPING', 'SELECT ^d + 2, COUNT(*) FROM claims GROUP BY d + 1', /"d" must be aggregated/],
  ['SQL_GROUPING', 'SELECT COUNT(*) FROM claims HAVING ^a > 1', /"a" must be aggregated/],
  ['SQL_GROUPING', 'SELECT COUNT(*) FROM claims ORDER BY ^a', /"a" must be aggregated/],
  ['SQL_GROUPING', 'SELECT DISTINCT flag FROM claims ORDER BY ^d', /with DISTINCT, ORDER BY/],
  ['SQL_GROUPING', 'SELECT COUNT(*) FROM claims WHERE ^SUM(a) > 1', /WHERE cannot contain/],
  ['SQL_GROUPING', 'SELECT COUNT(*) AS total FROM claims WHERE total > 1', /WHERE cannot contain/],
  ['SQL_GROUPING', 'SELECT SUM(^SUM(a)) FROM claims', /nested/],
  ['SQL_GROUPING', 'SELECT SUM(a) FILTER (WHERE ^SUM(a) > 1) FROM claims', /nested/],
  ['SQL_GROUPING', 'SELECT COUNT(*) FROM claims GROUP BY ^3', /out of range: SELECT has 1 item/],
  ['SQL_GROUPING', 'SELECT ^COUNT(*) FROM claims GROUP BY 1', /GROUP BY cannot contain/],
  ['SQL_GROUPING', 'SELECT COUNT(*) FROM claims GROUP BY ^COUNT(*)', /GROUP BY cannot contain/],
  ['SQL_SYNTAX', 'SELECT COUNT(*) FROM claims ORDER BY ^2', /out of range: SELECT has 1 item/],
  ['SQL_SYNTAX', "SELECT COUNT(*) FROM claims ORDER BY ^'x'", /no effect/],
  ['SQL_SYNTAX', 'WITH x AS (SELECT 1), ^x AS (SELECT 2) SELECT * FROM x', /"x" twice/],
  ['SQL_TOO_LARGE', 'SELECT COUNT(*) FROM claims GROUP BY ^a', /1000000 possible groups/],
  ['SQL_TOO_LARGE', 'SELECT COUNT(*) FROM claims GROUP BY ^a + 1', /1000000 possible groups/],
  ['SQL_UNSUPPORTED', 'SELECT COUNT(*) FROM claims GROUP BY ^a / b', /it is a computed DOUBLE/],
  [
    'SQL_UNSUPPORTED',
    'SELECT DISTINCT ^AVG(a) FROM claims GROUP BY flag',
    /it is a computed DOUBLE/,
  ],
  ['SQL_UNSUPPORTED', 'SELECT ^MEDIAN(a) FROM claims', /aggregate median is not/],
  ['SQL_UNSUPPORTED', "SELECT ^string_agg(state, ',') FROM claims", /string_agg is not/],
  ['SQL_UNSUPPORTED', 'SELECT ^any_value(a) FROM claims', /any_value is not/],
  ['SQL_UNSUPPORTED', 'SELECT ^COUNT(DISTINCT a) FROM claims', /at most 1024 possible values/],
  ['SQL_UNSUPPORTED', 'SELECT ^VAR_POP(DISTINCT d) FROM claims', /var_pop\(DISTINCT/],
  ['SQL_UNSUPPORTED', 'SELECT SUM(^sin(a)) FROM claims', /the function sin is not supported/],
  ['SQL_TYPE', 'SELECT ^ROUND(1, 2, 3)', /round takes 1 to 2 arguments, not 3/],
  [
    'SQL_UNSUPPORTED',
    '^SELECT COUNT(*) FROM (SELECT flag FROM claims GROUP BY flag LIMIT 1)',
    /LIMIT in/,
  ],
  [
    'SQL_UNSUPPORTED',
    'SELECT f FROM (SELECT flag AS f FROM claims GROUP BY 1 LIMIT 1) WHERE ^f',
    /LIMIT in/,
  ],
  ['SQL_TYPE', 'SELECT COUNT(*) FROM claims LIMIT ^-1', /0 or more/],
  ['SQL_TYPE', 'SELECT COUNT(*) FROM claims LIMIT ^1.5', /0 or more/],
  ['SQL_TYPE', 'SELECT ^SUM(state) FROM claims', /SUM takes numbers/],
  ['SQL_TYPE', 'SELECT ^AVG(flag) FROM claims', /AVG takes numbers/],
  ['SQL_TYPE', 'SELECT BOOL_AND(^a) FROM claims', /BOOL_AND needs a condition/],
  ['SQL_TYPE', 'SELECT SUM(a) FILTER (WHERE ^a) FROM claims', /FILTER needs a condition/],
  ['SQL_TYPE', 'SELECT SUM(a + ^flag) FROM claims', /"\+" on BOOLEAN/],
  ['SQL_TYPE', "SELECT SUM(a + ^'1') FROM claims", /"\+" on VARCHAR/],
  ['SQL_TYPE', 'SELECT ^SUM(day - 1) FROM claims', /SUM takes numbers, this is DATE/],
  ['SQL_TYPE', 'SELECT MAX(^day + 1.5) FROM claims', /"\+" on DATE and DECIMAL/],
  ['SQL_TYPE', 'SELECT MAX(^day + big) FROM claims', /"\+" on DATE and BIGINT/],
  ['SQL_UNSUPPORTED', 'SELECT MAX(^seen - seen) FROM claims', /is an INTERVAL/],
  ['SQL_UNSUPPORTED', 'SELECT ^INTERVAL 1 DAY', /INTERVAL may only be/],
  ['SQL_UNSUPPORTED', "SELECT MAX(day + ^INTERVAL '1.5 days') FROM claims", /whole units/],
  ['SQL_UNSUPPORTED', "SELECT ^date_part('fortnight', day) FROM claims", /"fortnight"/],
  ['SQL_TYPE', 'SELECT COUNT(*) FROM claims WHERE ^a', /WHERE needs a condition/],
  ['SQL_TYPE', 'SELECT COUNT(*) FROM claims WHERE flag AND ^a', /AND needs a condition/],
  ['SQL_TYPE', 'SELECT COUNT(*) FROM claims WHERE NOT ^a', /NOT needs a condition/],
  ['SQL_TYPE', 'SELECT COUNT(*) FROM claims HAVING ^COUNT(*)', /HAVING needs a condition/],
  ['SQL_TYPE', 'SELECT SUM(CASE WHEN ^a THEN 1 END) FROM claims', /WHEN needs a condition/],
  ['SQL_TYPE', 'SELECT SUM(^CASE WHEN flag THEN a ELSE day END) FROM claims', /CASE mixes/],
  [
    'SQL_TYPE',
    'SELECT MAX(^COALESCE(state, a)) FROM claims',
    /COALESCE mixes VARCHAR with INTEGER/,
  ],
  ['SQL_TYPE', "SELECT COUNT(*) FROM claims WHERE a = ^'x'", /'x' is not a INTEGER/],
  ['SQL_TYPE', "SELECT COUNT(*) FROM claims WHERE day < ^'soon'", /YYYY-MM-DD/],
  ['SQL_TYPE', "SELECT COUNT(*) FROM claims WHERE day < ^DATE '2021-02-29'", /YYYY-MM-DD/],
  ['SQL_TYPE', 'SELECT COUNT(*) FROM claims WHERE ^day = 1', /cannot compare DATE with INTEGER/],
  ['SQL_TYPE', 'SELECT COUNT(*) FROM claims WHERE ^flag > 0.5', /cannot compare BOOLEAN/],
  ['SQL_TYPE', 'SELECT COUNT(*) FROM claims WHERE ^state = a', /cannot compare VARCHAR/],
  [
    'SQL_TYPE',
    "SELECT COUNT(*) FROM claims WHERE ^a LIKE 'x'",
    /LIKE takes VARCHAR, this is INTEGER/,
  ],
  ['SQL_UNSUPPORTED', 'SELECT COUNT(*) FROM claims WHERE ^state LIKE note', /LIKE takes constants/],
  ['SQL_TYPE', "SELECT COUNT(*) FROM claims WHERE ^state LIKE 'a!' ESCAPE '!'", /escape letter/],
  ['SQL_TYPE', 'SELECT COUNT(UPPER(^a)) FROM claims', /UPPER takes VARCHAR, this is INTEGER/],
  ['SQL_TYPE', 'SELECT MAX(^day::INTEGER) FROM claims', /cannot cast DATE to INTEGER/],
  ['SQL_TYPE', 'SELECT MAX(^state::INTEGER) FROM claims', /use TRY_CAST/],
  ['SQL_UNSUPPORTED', 'SELECT MAX(^a::UUID) FROM claims', /a cast to UUID/],
  ['SQL_UNSUPPORTED', 'SELECT MAX(^a::VARCHAR) FROM claims', /at most 4096 different/],
  ['SQL_OVERFLOW', 'SELECT MAX(^a::SMALLINT) FROM claims', /might not fit SMALLINT/],
  ['SQL_OVERFLOW', 'SELECT ^300::TINYINT', /might not fit TINYINT/],
  ['SQL_UNSUPPORTED', 'SELECT ^AVG(price)::DECIMAL(9,2) FROM claims', /use ROUND/],
  ['SQL_UNSUPPORTED', 'SELECT COUNT(*) FROM claims WHERE ^big > 1e3', /more than 15 digits/],
  [
    'SQL_UNSUPPORTED',
    'SELECT COUNT(*) FROM claims HAVING ^SUM(price) / COUNT(*) > 3',
    /SUM\(x\) > c/,
  ],
  ['SQL_UNSUPPORTED', 'SELECT COUNT(*) FROM claims HAVING ^AVG(a) * 0.5 > 3', /move the constant/],
  ['SQL_UNSUPPORTED', 'SELECT COUNT(*) FROM claims HAVING ^STDDEV(a) > AVG(a)', /VARIANCE/],
  ['SQL_UNSUPPORTED', 'SELECT ^ROUND(SUM(price) / SUM(a), 2) FROM claims', /round AVG\(x\)/],
  ['SQL_UNSUPPORTED', 'SELECT SUM(^a % 1.5e0) FROM claims', /"%" of a DOUBLE/],
  ['SQL_UNSUPPORTED', 'SELECT ^1e300', /too many digits/],
  ['SQL_OVERFLOW', 'SELECT ^2147483647 + 1', /INTEGER/],
  ['SQL_OVERFLOW', 'SELECT ^SUM(big * big * big) FROM claims', /HUGEINT/],
  ['SQL_OVERFLOW', 'SELECT ^SUM(big) * SUM(big) * SUM(big) FROM claims', /HUGEINT/],
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
