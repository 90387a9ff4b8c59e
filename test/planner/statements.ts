const PARTS = [
  'year',
  'month',
  'day',
  'quarter',
  'week',
  'dow',
  'isodow',
  'doy',
  'isoyear',
  'decade',
  'century',
];
const TIMES = ['hour', 'minute', 'second', 'milliseconds', 'microseconds'];
const TRUNCATED = ['year', 'quarter', 'month', 'week', 'day', 'decade', 'isoyear'];
/** `day` and a timestamp of few days; the column `at` spans all years. */
const MOMENT = "(day + INTERVAL '7 hours 31 minutes 12 seconds')";

const dates = [
  ...PARTS.map(
    (part) =>
      `SELECT SUM(EXTRACT(${part} FROM day)), COUNT(*) FILTER (WHERE ${`date_part('${part}', day)`} > 3) FROM t`,
  ),
  ...PARTS.map((part) => `SELECT date_part('${part}', ${MOMENT}) AS p, COUNT(*) FROM t GROUP BY p`),
  ...TIMES.map(
    (part) => `SELECT SUM(EXTRACT(${part} FROM "at")), MAX(date_part('${part}', day)) FROM t`,
  ),
  ...TRUNCATED.map(
    (part) => `SELECT date_trunc('${part}', day) AS start, COUNT(*) FROM t GROUP BY start`,
  ),
  ...TRUNCATED.map(
    (part) => `SELECT COUNT(*) FROM t WHERE date_trunc('${part}', day) <> DATE '2019-04-15'`,
  ),
  ...TRUNCATED.map((part) => `SELECT MIN(date_trunc('${part}', ${MOMENT})) FROM t`),
  ...['hour', 'minute', 'second', 'milliseconds', 'day'].map(
    (part) => `SELECT MIN(date_trunc('${part}', "at")), MAX(date_trunc('${part}', "at")) FROM t`,
  ),
  'SELECT SUM(epoch_ms("at")), SUM(dayofyear(day)), SUM(weekofyear(day)), SUM(yearweek(day)), MAX(dayofmonth(day)) FROM t',
  'SELECT SUM(epoch(day)), AVG(epoch("at")) FROM t',
  "SELECT MAX(day + 3), MIN(day - (few % 2)::INTEGER), MAX((few % 3)::SMALLINT + day), SUM(day - DATE '2019-04-01') FROM t",
  "SELECT MIN(day + INTERVAL 1 MONTH), MAX(day - INTERVAL '2' YEAR), MAX(day + INTERVAL '1 month 3 days') FROM t",
  `SELECT MIN(${MOMENT} - INTERVAL 3 MONTH), MAX("at" - INTERVAL 90 MINUTE), MIN(day + INTERVAL '36:15:00') FROM t`,
  "SELECT DATE '2020-01-31' + INTERVAL 1 MONTH, TIMESTAMP '2020-03-31 10:00:00' - INTERVAL '1' MONTH, DATE '2020-02-29' - INTERVAL 4 YEAR",
  'SELECT MIN("at"::DATE), MAX(day::TIMESTAMP), COUNT(*) FILTER (WHERE "at" < day) FROM t',
  `SELECT COUNT(*) FROM t WHERE day = '2019-04-17' OR "at" > '2020-01-01' OR day < '2019-04-15 10:00:00'`,
];

const numbers = [
  'SELECT SUM(n / 2), SUM(few // 2), SUM(n % 7), SUM(mod(n, -3)), SUM(price % 2), SUM(price % 0.7) FROM t',
  'SELECT SUM(n // few), SUM(n % few), AVG(n / 4), MAX(n / 4), MIN(n / -4) FROM t',
  'SELECT SUM(id / 0), SUM(id // 0), SUM(id % 0), COUNT(n / few), COUNT(price / 0) FROM t',
  'SELECT SUM(n / (few * few + 1)), AVG(id / (few + 10)), MAX(n / (id + 1)) FROM t',
  'SELECT SUM(- n), SUM(ABS(n)), SUM(ABS(price)), SUM(SIGN(n)), SUM(SIGN(price - 5)) FROM t',
  'SELECT SUM(ROUND(price)), SUM(ROUND(price, 1)), SUM(ROUND(price, -1)), SUM(ROUND(n, -2)), SUM(ROUND(n, 2)), SUM(ROUND(n, -9)) FROM t',
  'SELECT SUM(FLOOR(price)), SUM(CEIL(price)), SUM(TRUNC(price)), SUM(TRUNC(price, 1)), SUM(FLOOR(n)), SUM(CEILING(few)) FROM t',
  'SELECT SUM(FLOOR(n / 7)), SUM(CEIL(n / 7)), SUM(ROUND(n / 4)), SUM(TRUNC(n / 7)), SUM(ABS(n / 7)) FROM t',
  'SELECT MAX(few) + 1, MAX(few) + 1000000, MIN(price) * 2, MAX(n) - 1.25, 2 * COUNT(*), MAX(price) * MAX(price) FROM t',
  'SELECT SUM(GREATEST(n, few)), SUM(LEAST(n, price)), SUM(GREATEST(n, NULL, few, 3)), SUM(GREATEST(n, 2.5)), MAX(LEAST(few, id, n)) FROM t',
  "SELECT SUM(COALESCE(n, few, 7)), SUM(IFNULL(n, 2.5)), SUM(NULLIF(few, 1)), SUM(NULLIF(price, n)), COUNT(NULLIF(word, 'AK')) FROM t",
  'SELECT SUM(CASE WHEN n > 0 THEN n WHEN n IS NULL THEN 1000 ELSE -1 END), SUM(CASE few WHEN 1 THEN 2 WHEN 2.5 THEN 3 END), SUM(CASE WHEN flag THEN n ELSE price END) FROM t',
  'SELECT SUM(CASE WHEN flag THEN n / 2 ELSE 0 END), AVG(CASE WHEN flag THEN 1 ELSE 0 END), MAX(CASE WHEN n > few THEN n / 4 END) FROM t',
  'SELECT SUM(CAST(price AS INTEGER)), SUM(price::BIGINT), SUM(CAST(n AS DECIMAL(12,3))), SUM(price::DECIMAL(10,1)), SUM(flag::INT), SUM(CAST(n / 2 AS INTEGER)) FROM t',
  'SELECT COUNT(*) FILTER (WHERE CAST(few AS BOOLEAN)), SUM(TRY_CAST(n AS TINYINT)), SUM(TRY_CAST(price AS DECIMAL(3,1))), SUM(n::DOUBLE) FROM t',
  'SELECT SUM(1e0 * n), MAX(2.5e-1 * few), SUM(n::DOUBLE / 3), COUNT(*) FILTER (WHERE n > 1.5e0), COUNT(*) FILTER (WHERE n / 2 = 3.5) FROM t',
  'SELECT 7 / 2, -7 // 2, 7 % -3, 1 / 0, 2 * 3 + 1, -(-3), 7.5 % 2, 1e3, 1e2 * 3, 10 / 4 * 2, ROUND(2.5), ROUND(12.345, 2), ABS(-2.5), CAST(2.5 AS INTEGER), CAST(7 / 2 AS INTEGER)',
  "SELECT NULL, NULL + 1, COALESCE(NULL, 3), GREATEST(1, 2.5, NULL), CASE WHEN NULL THEN 1 ELSE 2 END, 'a' || 1, CONCAT('a', NULL, 1.50), TRUE AND NULL, NULL IS NULL",
  'SELECT MAX(CASE WHEN flag THEN price::DECIMAL(38,8) ELSE price::DECIMAL(38,4) END), MAX(price) * NULL, COALESCE(SUM(NULLIF(0, 0)), 0) FROM t',
];

const conditions = [
  'SELECT COUNT(*) FILTER (WHERE flag IS TRUE), COUNT(*) FILTER (WHERE flag IS NOT TRUE), COUNT(*) FILTER (WHERE flag IS FALSE), COUNT(*) FILTER (WHERE flag IS UNKNOWN), COUNT(*) FILTER (WHERE (n > 0) IS NOT UNKNOWN) FROM t',
  "SELECT COUNT(*) FILTER (WHERE n IS DISTINCT FROM few), COUNT(*) FILTER (WHERE n IS NOT DISTINCT FROM NULL), COUNT(*) FILTER (WHERE word IS DISTINCT FROM 'AK'), COUNT(*) FILTER (WHERE NOT (n IS DISTINCT FROM 3)) FROM t",
  'SELECT COUNT(*) FROM t WHERE n BETWEEN -500 AND 500.5 AND price NOT BETWEEN 1 AND 2',
  'SELECT COUNT(*) FROM t WHERE n / 4 > 2.5 OR n / few < -3',
  'SELECT COUNT(*) FROM t WHERE n / few = few / n',
  'SELECT COUNT(*) FROM t WHERE NOT (n / few > 0)',
  'SELECT COUNT(*) FROM t WHERE few IN (1, 2.5, NULL, -2) OR n NOT IN (5, 6)',
  'SELECT COUNT(*) FROM t WHERE CASE WHEN flag THEN n > 0 ELSE n < 0 END',
];

const text = [
  "SELECT COUNT(*) FILTER (WHERE word LIKE '%a%'), COUNT(*) FILTER (WHERE word ILIKE 'n_'), COUNT(*) FILTER (WHERE word NOT LIKE 'N%'), COUNT(*) FILTER (WHERE word LIKE '') FROM t",
  "SELECT COUNT(*) FILTER (WHERE word LIKE '%!%%' ESCAPE '!'), COUNT(*) FILTER (WHERE word ILIKE '%Ï%'), COUNT(*) FILTER (WHERE word LIKE NULL) FROM t",
  'SELECT UPPER(word) AS u, LOWER(word) AS l, COUNT(*) FROM t GROUP BY ALL',
  'SELECT LENGTH(word) AS l, SUM(strlen(word)), MAX(SUBSTRING(word, 2)), MIN(LEFT(word, 1)) FROM t GROUP BY l',
  'SELECT SUBSTRING(word, 2, 2) AS a, SUBSTR(word, -2) AS b, LEFT(word, -1) AS c, RIGHT(word, 2) AS d, RIGHT(word, -1) AS e, COUNT(*) FROM t GROUP BY ALL',
  "SELECT TRIM(word) AS a, REPLACE(word, 'a', 'xy') AS b, strpos(word, 'a') AS c, starts_with(word, 'N') AS d, contains(word, ' ') AS e, COUNT(*) FROM t GROUP BY ALL",
  "SELECT word || '!' AS a, CONCAT(word, '-', flag) AS b, COUNT(*) FROM t GROUP BY ALL",
  'SELECT word || SUBSTRING(word, 1, 1) AS k, COUNT(*) FROM t GROUP BY k',
  "SELECT few::VARCHAR AS f, CONCAT('n', few) AS c, COUNT(*) FROM t GROUP BY ALL",
  "SELECT CASE WHEN flag THEN 'yes' WHEN n > 0 THEN word ELSE 'no' END AS k, COUNT(*) FROM t GROUP BY k",
  "SELECT COALESCE(word, 'none') AS k, MAX(word), MIN(GREATEST(word, 'b')), COUNT(DISTINCT UPPER(word)) FROM t GROUP BY k",
  "SELECT COUNT(*) FROM t WHERE word > 'N' AND word <> 'naïve' OR UPPER(word) = 'AK' OR word IN ('a', 'ß')",
  "SELECT SUM(TRY_CAST(SUBSTRING('1x2', few::INT + 3, 1) AS INTEGER)) FROM t WHERE FALSE",
].filter((sql) => !sql.includes('TRY_CAST(SUBSTRING'));

const aggregates = [
  'SELECT COUNT(*), COUNT(n), SUM(n), AVG(n), MEAN(n), MIN(n), MAX(n), MIN(word), MAX(flag), MIN(day), MAX("at") FROM t',
  'SELECT VAR_POP(n), VAR_SAMP(n), VARIANCE(price), STDDEV_POP(n), STDDEV_SAMP(price), STDDEV(n), VAR_POP(few / 2) FROM t',
  'SELECT word, VAR_SAMP(n), STDDEV(n), STDDEV_POP(n) FROM t GROUP BY word',
  'SELECT BOOL_AND(flag), BOOL_OR(flag), BOOL_OR(n > 999), BOOL_AND(n IS NULL) FROM t',
  'SELECT COUNT(DISTINCT few), SUM(DISTINCT few), AVG(DISTINCT few), MIN(DISTINCT n), COUNT(DISTINCT word), SUM(DISTINCT flag) FROM t',
  'SELECT SUM(n) FILTER (WHERE flag), COUNT(*) FILTER (WHERE n > 0), AVG(price) FILTER (WHERE NULL), MAX(n) FILTER (WHERE few = 1), COUNT(n) FILTER (WHERE TRUE) FROM t',
  'SELECT SUM(NULL), COUNT(NULL), AVG(NULL), MIN(NULL), SUM(1), COUNT(1), SUM(flag), MAX(3), AVG(2.5) FROM t',
  'SELECT SUM(n) / COUNT(*), SUM(n) * 1.0 / COUNT(n), 100.0 * SUM(few) / SUM(id), AVG(n) + 1, - AVG(n), ABS(AVG(n)), AVG(n) * 2 - 1, 1 / AVG(n), AVG(n) / AVG(few) FROM t',
  'SELECT ROUND(AVG(n), 2), ROUND(AVG(price), 1), ROUND(100.0 * SUM(few) / COUNT(*), 2), FLOOR(AVG(n)), CEIL(AVG(n)), ROUND(AVG(n)), SIGN(AVG(n)), TRUNC(AVG(n)) FROM t',
  'SELECT COALESCE(AVG(n), 0), NULLIF(AVG(few), 0), GREATEST(AVG(n), 0), LEAST(AVG(n), AVG(few)), AVG(n) IS NULL, CASE WHEN COUNT(*) > 10 THEN AVG(n) ELSE -1 END, AVG(n) > 1.5, AVG(n) > AVG(few) FROM t',
  'SELECT COALESCE(SUM(n), 0) + COUNT(*), SUM(n) % 7, SUM(n) // 3, COUNT(*) // 2, CAST(COUNT(*) AS INTEGER), CAST(AVG(few) AS INTEGER), SUM(price)::DECIMAL(38,1), GREATEST(SUM(n), 3) FROM t',
  'SELECT SUM(few) * SUM(few), ABS(SUM(price)), ROUND(SUM(price), 1), SUM(price) * 1.1, COALESCE(ROUND(AVG(n), 2), 0) FROM t',
];

const clauses = [
  'SELECT word, COUNT(*) FROM t GROUP BY word HAVING AVG(n) > 1.5 OR SUM(few) IS NULL',
  'SELECT word, flag, SUM(n) AS s FROM t GROUP BY 1, 2 HAVING s > 0 ORDER BY s DESC, word, flag LIMIT 3',
  'SELECT word AS w, COUNT(*) AS c FROM t GROUP BY w HAVING STDDEV(n) > 20 AND STDDEV(n) <> STDDEV(few) ORDER BY c DESC NULLS FIRST, w LIMIT 2 OFFSET 1',
  'SELECT word FROM t GROUP BY word ORDER BY AVG(n) DESC NULLS FIRST, word LIMIT 2',
  'SELECT few + 1 AS k, (few + 1) * 2, COUNT(*) FROM t GROUP BY few + 1',
  'SELECT few, few + 1, few IS NULL, COUNT(*) + few FROM t GROUP BY few',
  'SELECT FLOOR(few / 2) AS b, FLOOR(few / 2) * 2, COUNT(*) FROM t GROUP BY b',
  'SELECT n > 0 AS p, COUNT(*) FROM t GROUP BY ALL ORDER BY p',
  'SELECT COUNT(*) FROM t GROUP BY 1 + 1',
  'SELECT 1 FROM t HAVING COUNT(*) > 3',
  'SELECT 1, COUNT(*) FROM t GROUP BY ALL',
  'SELECT n IS NULL AS k, COUNT(*) FROM t GROUP BY ALL',
  'SELECT COUNT(*) FROM t HAVING COUNT(*) > 1000000',
  "SELECT word, COUNT(*) FROM t GROUP BY word HAVING word > 'M' AND COUNT(*) > 1",
  'SELECT DISTINCT word, flag FROM t ORDER BY word DESC, flag',
  'SELECT DISTINCT few % 2 AS k, flag FROM t WHERE n > 0',
  'SELECT DISTINCT word FROM t GROUP BY word, flag',
  'SELECT DISTINCT word, COUNT(*) FROM t GROUP BY word',
  'SELECT DISTINCT COUNT(*) > 3 FROM t GROUP BY word',
  'SELECT COUNT(*), SUM(s), MAX(s), AVG(s) FROM (SELECT word, SUM(n) AS s FROM t GROUP BY word)',
  'SELECT MAX(c), SUM(a) FROM (SELECT word, flag, COUNT(*) AS c, AVG(n) AS a FROM t GROUP BY word, flag) q WHERE c > 1',
  'SELECT flag, SUM(c), MAX(w) FROM (SELECT word AS w, flag, COUNT(*) AS c FROM t GROUP BY ALL HAVING COUNT(*) > 1) GROUP BY flag',
  'SELECT a, b + 1 FROM (SELECT word, COUNT(*) FROM t GROUP BY word) q(a, b) WHERE b > 1 ORDER BY b DESC, a LIMIT 2',
  'SELECT q.* FROM (SELECT word, COUNT(*), word AS "WORD" FROM t GROUP BY word) q',
  'SELECT * FROM (SELECT word, COUNT(*) AS c FROM t GROUP BY word ORDER BY c DESC, word LIMIT 2)',
  'WITH a AS (SELECT n * 2 AS m, flag FROM t WHERE n > 0), b AS (SELECT m + 1 AS k FROM a WHERE flag) SELECT SUM(k), COUNT(*) FROM b',
  'WITH t AS (SELECT few * 10 AS few FROM t) SELECT few, COUNT(*) FROM t GROUP BY few',
  'WITH g(k, s) AS (SELECT word, SUM(n) FROM t GROUP BY word) SELECT k IS NULL AS none, MAX(s) FROM g GROUP BY none',
  'SELECT MAX(m) FROM (SELECT few, MAX(s) AS m FROM (SELECT few, flag, SUM(n) AS s FROM t GROUP BY few, flag) GROUP BY few)',
  'SELECT x + 1 FROM (SELECT 1 AS x) WHERE x > 0',
  'SELECT 1 WHERE FALSE',
  'SELECT COUNT(*), SUM(3) WHERE 1 = 2',
  'SELECT SUM(x) FROM (SELECT DISTINCT few AS x FROM t)',
];

/** Statements over a random table `t` that both DuckDB and the binder take, whatever its rows and bounds are. */
export const STATEMENTS: readonly string[] = [
  ...dates,
  ...numbers,
  ...conditions,
  ...text,
  ...aggregates,
  ...clauses,
];
