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
  ['SQL_UNSUPPORTED', 'SELECT COUNT(*) FROM claims GROUP BY ^a / b', /it is a computed DOUBLE/],
  [
    'SQL_UNSUPPORTED',
    'SELECT DISTINCT ^AVG(a) FROM claims GROUP BY flag',
    /it is a computed DOUBLE/,
  ],
  ['SQL_UNSUPPORTED', "SELECT ^string_agg(state, ',') FROM claims", /string_agg is not/],
  ['SQL_UNSUPPORTED', 'SELECT ^any_value(a) FROM claims', /any_value is not/],
  ['SQL_UNSUPPORTED', 'SELECT ^VAR_POP(DISTINCT d) FROM claims', /var_pop\(DISTINCT/],
  ['SQL_UNSUPPORTED', 'SELECT SUM(^sin(a)) FROM claims', /the function sin is not supported/],
  ['SQL_TYPE', 'SELECT ^ROUND(1, 2, 3)', /round takes 1 to 2 arguments, not 3/],
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
  ['SQL_SYNTAX', 'SELECT ^a FROM claims x, claims y', /"a" is ambiguous: write "x.a" or "y.a"/],
  ['SQL_SYNTAX', 'SELECT 1 FROM ^claims JOIN claims ON TRUE', /reads "claims" twice/],
  ['SQL_UNKNOWN_TABLE', 'SELECT ^z.a FROM claims x JOIN claims y USING (a)', /"x", "y"/],
  [
    'SQL_UNKNOWN_COLUMN',
    'SELECT 1 FROM ^claims x JOIN claims y USING (nope)',
    /USING names "nope"/,
  ],
  ['SQL_UNKNOWN_TABLE', 'SELECT ^y.a FROM claims x SEMI JOIN claims y USING (a)', /it reads "x"/],
  [
    'SQL_SYNTAX',
    'SELECT 1 FROM ^(SELECT a FROM claims) x NATURAL JOIN (SELECT b FROM claims) y',
    /no column that both/,
  ],
  ['SQL_TYPE', 'SELECT 1 FROM claims x JOIN claims y ON ^x.a = y.state', /cannot compare/],
  ['SQL_TYPE', 'SELECT 1 FROM claims x JOIN claims y ON ^x.a', /ON needs a condition/],
  ['SQL_GROUPING', 'SELECT 1 FROM claims x JOIN claims y ON ^SUM(x.a) > 1', /ON cannot contain/],
  [
    'SQL_UNSUPPORTED',
    'SELECT 1 FROM claims x JOIN claims y ON x.a = ^(SELECT MAX(a) FROM claims)',
    /a subquery in ON/,
  ],
  [
    'SQL_UNSUPPORTED',
    'SELECT 1 FROM claims WHERE flag OR ^a IN (SELECT b FROM claims)',
    /IN \(SELECT …\) is supported only/,
  ],
  ['SQL_UNSUPPORTED', 'SELECT ^EXISTS (SELECT 1 FROM claims) FROM claims', /EXISTS is supported/],
  [
    'SQL_UNSUPPORTED',
    'SELECT (SELECT MAX(y.b) FROM claims y WHERE y.a = ^x.a) FROM claims x',
    /"a" belongs to an outer query/,
  ],
  [
    'SQL_UNSUPPORTED',
    'SELECT 1 FROM claims x WHERE a IN (SELECT MAX(b) FROM claims y WHERE y.d = ^x.d)',
    /"d" belongs to an outer query/,
  ],
  [
    'SQL_UNSUPPORTED',
    'SELECT 1 FROM claims x WHERE EXISTS (SELECT 1 FROM claims y WHERE EXISTS (SELECT 1 FROM claims z WHERE z.a = ^x.a))',
    /"a" belongs to an outer query/,
  ],
  ['SQL_SYNTAX', 'SELECT 1 FROM claims WHERE a IN (^SELECT a, b FROM claims)', /one column/],
  ['SQL_SYNTAX', 'SELECT ^(SELECT 1, 2)', /one column, this has 2/],
  ['SQL_UNSUPPORTED', 'SELECT ^(SELECT a FROM claims)', /one row for certain/],
  ['SQL_SYNTAX', '^SELECT a FROM claims UNION SELECT a, b FROM claims', /1 and 2 columns/],
  [
    'SQL_TYPE',
    '^SELECT a FROM claims UNION SELECT day FROM claims',
    /UNION mixes INTEGER with DATE/,
  ],
  ['SQL_TYPE', "^SELECT a FROM claims UNION ALL SELECT 'x'", /UNION mixes VARCHAR with INTEGER/],
  ['SQL_UNSUPPORTED', '^SELECT a / b FROM claims EXCEPT SELECT 1', /computed DOUBLE/],
  [
    'SQL_UNKNOWN_COLUMN',
    'SELECT a AS x FROM claims UNION SELECT b FROM claims ORDER BY ^a',
    /columns: x/,
  ],
  ['SQL_GROUPING', 'SELECT 1 FROM claims WHERE ^RANK() OVER (ORDER BY a) < 3', /WHERE cannot/],
  [
    'SQL_GROUPING',
    'SELECT 1 FROM claims HAVING ^COUNT(*) OVER () > 1',
    /HAVING cannot contain window/,
  ],
  ['SQL_GROUPING', 'SELECT COUNT(*) FROM claims GROUP BY ^COUNT(*) OVER ()', /GROUP BY cannot/],
  [
    'SQL_GROUPING',
    'SELECT SUM(^COUNT(*) OVER ()) FROM claims',
    /an aggregate cannot contain window/,
  ],
  ['SQL_GROUPING', 'SELECT SUM(^SUM(a) OVER ()) OVER () FROM claims', /a window cannot contain/],
  ['SQL_GROUPING', 'SELECT SUM(SUM(a)) OVER (), ^b FROM claims', /"b" must be aggregated/],
  [
    'SQL_UNSUPPORTED',
    'SELECT SUM(a) OVER (ORDER BY a ^RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM claims',
    /RANGE frames/,
  ],
  [
    'SQL_TYPE',
    'SELECT NTILE(^0) OVER (ORDER BY a) FROM claims',
    /ntile takes a constant integer from 1/,
  ],
  ['SQL_TYPE', 'SELECT ^RANK(a) OVER (ORDER BY a) FROM claims', /rank takes 0 arguments, not 1/],
  ['SQL_UNSUPPORTED', "SELECT ^string_agg(state, ',') OVER () FROM claims", /string_agg/],
  ['SQL_UNSUPPORTED', 'SELECT COUNT(*) OVER (PARTITION BY ^a / b) FROM claims', /computed DOUBLE/],
  ['SQL_TYPE', 'SELECT QUANTILE_CONT(a, ^2) FROM claims', /a fraction from -1 to 1/],
  ['SQL_TYPE', 'SELECT QUANTILE_DISC(a, ^b) FROM claims', /a constant fraction/],
  ['SQL_UNSUPPORTED', 'SELECT ^QUANTILE_CONT(price, 0.9) FROM claims', /fractions like 0.25/],
  [
    'SQL_UNSUPPORTED',
    'SELECT MEDIAN(a / b) FROM claims GROUP BY d HAVING ^MEDIAN(a / b) > 1',
    /rounds several/,
  ],
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
