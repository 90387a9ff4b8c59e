import type { ParameterValue } from '../../src/planner/parameters.ts';

/** A part of the SQL that is supported, with statements that the test runs. */
export interface Part {
  readonly title: string;
  readonly text: string;
  readonly examples: readonly string[];
}

/** Values of the parameters of those examples that have some, by statement. */
export const PARAMETERS: Readonly<Record<string, readonly ParameterValue[]>> = {
  'SELECT COUNT(*) FROM claims WHERE state = ? AND age BETWEEN ? AND ?': [
    'CA',
    { number: '40' },
    { number: '60' },
  ],
  'SELECT COUNT(*) FROM claims WHERE age BETWEEN $1 AND $1 + 9': [{ number: '40' }],
};

export const PARTS: readonly Part[] = [
  {
    title: 'Answers',
    text: 'A SELECT shows aggregates, groups, expressions over both, constants without FROM, and rows. A row is shown only of columns that their owners declared as `reveal: rows`; the analyst gets exactly the rows of the answer, never one that a condition leaves out. Without ORDER BY their order says nothing.',
    examples: [
      'SELECT COUNT(*) AS n, SUM(amount) AS total, SUM(amount) / COUNT(*) AS mean FROM claims',
      'SELECT COALESCE(MAX(visits), 0) + 1, CASE WHEN COUNT(*) > 10 THEN AVG(age) END FROM claims',
      "SELECT 7 // 2, DATE '2024-01-31' + INTERVAL 1 MONTH",
      'SELECT * FROM payments WHERE share > 500',
      'SELECT payer, share * 2 AS twice, month(due) FROM payments ORDER BY share DESC, due LIMIT 5',
    ],
  },
  {
    title: 'Conditions',
    text: '`AND`, `OR`, `NOT`, `=`, `<>`, `!=`, `<`, `<=`, `>`, `>=`, `IN (list)`, `BETWEEN`, `IS [NOT] NULL`, `IS [NOT] TRUE | FALSE | UNKNOWN`, `IS [NOT] DISTINCT FROM`, `LIKE` and `ILIKE` on text with a dictionary.',
    examples: [
      "SELECT COUNT(*) FROM claims WHERE state IN ('CA', 'NY') AND (amount > 100 OR visits IS NULL)",
      "SELECT COUNT(*) FROM claims WHERE admitted BETWEEN '2026-02-01' AND '2026-02-28' AND NOT paid",
      "SELECT COUNT(*) FROM claims WHERE state LIKE 'N%' OR state ILIKE '_a' OR visits IS DISTINCT FROM 3",
      'SELECT COUNT(*) FROM claims WHERE visits / age > 0.05 AND (age > 50) IS NOT TRUE',
    ],
  },
  {
    title: 'Expressions',
    text: '`+`, `-`, `*`, `/` (a DOUBLE), `//` (cut off), `%`, unary minus, `||`, `CASE` in both forms, `CAST`, `::`, `TRY_CAST`, `EXTRACT`, and the functions below.',
    examples: [
      'SELECT SUM(amount * visits), SUM(age // 10), SUM(id % 7), SUM(-visits) FROM claims',
      "SELECT SUM(CASE WHEN paid THEN amount ELSE 0 END), SUM(CASE state WHEN 'CA' THEN 1 WHEN 'NY' THEN 2 END) FROM claims",
      'SELECT SUM(amount::INTEGER), SUM(TRY_CAST(id AS SMALLINT)) FROM claims',
      'SELECT AVG(amount / (age + 1)) FROM claims',
    ],
  },
  {
    title: 'Dates',
    text: 'DATE and TIMESTAMP plus or minus an INTERVAL, DATE plus or minus days, DATE minus DATE. Parts and units are listed below.',
    examples: [
      "SELECT COUNT(*) FROM claims WHERE seen < admitted + INTERVAL '1 month 3 days'",
      "SELECT MAX(admitted + 30), SUM(admitted - DATE '2026-01-01') FROM claims",
      'SELECT EXTRACT(month FROM admitted) AS month, COUNT(*) FROM claims GROUP BY month ORDER BY month',
    ],
  },
  {
    title: 'GROUP BY, DISTINCT',
    text: 'By columns, expressions, aliases, positions, or `ALL`, of every type. Groups without rows are not shown. `SELECT DISTINCT` is grouping by all columns. Where a key has few possible values, known from bounds, dictionary and WHERE, each of their combinations is a candidate group and the rows are only added up; all other keys are grouped by sorting, which costs more.',
    examples: [
      'SELECT state, paid, COUNT(*) FROM claims GROUP BY state, paid',
      'SELECT age // 10 * 10 AS decade, AVG(amount) FROM claims GROUP BY decade',
      "SELECT date_trunc('quarter', admitted) AS quarter, SUM(amount) FROM claims GROUP BY ALL",
      'SELECT id, SUM(amount) FROM claims GROUP BY id HAVING SUM(amount) > 50000',
      'SELECT DISTINCT state, visits > 3 AS often FROM claims',
      'SELECT DISTINCT id, due FROM payments',
    ],
  },
  {
    title: 'HAVING, ORDER BY, LIMIT',
    text: 'With aggregates, aliases and positions; `ASC`, `DESC`, `NULLS FIRST`, `NULLS LAST`, `OFFSET`, `FETCH FIRST n ROWS ONLY`, over groups and rows, also in subqueries. Groups and rows that WHERE, HAVING or LIMIT leaves out are not opened to anybody. ORDER BY without LIMIT is done by the analyst if the keys are shown, and by the parties if they are not. Which of several equal rows a LIMIT keeps is left to chance.',
    examples: [
      'SELECT state, AVG(amount) AS mean FROM claims GROUP BY state HAVING COUNT(*) > 5 AND AVG(amount) > 100',
      'SELECT state, SUM(amount) AS total FROM claims GROUP BY state ORDER BY total DESC NULLS LAST, state LIMIT 2 OFFSET 1',
      'SELECT state FROM claims GROUP BY state ORDER BY COUNT(*) DESC, state FETCH FIRST 3 ROWS ONLY',
      'SELECT state, STDDEV(visits) FROM claims GROUP BY state HAVING STDDEV(visits) > 1.5',
      'SELECT SUM(amount) FROM (SELECT amount FROM claims ORDER BY amount DESC NULLS LAST LIMIT 10)',
    ],
  },
  {
    title: 'Joins',
    text: '`[INNER] JOIN`, `LEFT`, `RIGHT`, `FULL [OUTER] JOIN`, `SEMI JOIN`, `ANTI JOIN`, `CROSS JOIN`, lists of tables, `NATURAL`; any number of tables (see [Limits](#limits)), also the same one twice; `ON` any condition, or `USING`. Equalities in ON or WHERE, also `IS NOT DISTINCT FROM` of what is never NULL, are the keys of a join. Without a key all pairs of rows are compared. How many rows a join can have follows from [keys and multiplicities](publishing.md#joins-need-keys-or-multiplicities), or from a hint in a comment directly after SELECT: `/*+ JOIN_ROWS(n) */` for all joins of the SELECT that are no look-ups, `/*+ JOIN_ROWS(name n) */` for the one that adds that table; more pairs are an error. `JOIN_ROWS(DISCLOSED)` instead of a number asks [how many there are](publishing.md#joins-need-keys-or-multiplicities) first. Other hints are refused. Sums, counts and extremes over an inner or left join by equalities alone do not make the pairs where each reads one side, or a product of both: one side is grouped before.',
    examples: [
      'SELECT payer, COUNT(*), SUM(amount) FROM claims JOIN payments ON claims.id = payments.id GROUP BY payer',
      'SELECT state, SUM(share) AS repaid FROM claims LEFT JOIN payments USING (id) GROUP BY state',
      'SELECT COUNT(*) FILTER (WHERE c.id IS NULL), COUNT(*) FILTER (WHERE p.id IS NULL) FROM claims c FULL JOIN payments p ON c.id = p.id',
      'SELECT COUNT(*) FROM claims NATURAL RIGHT JOIN payments WHERE due > admitted',
      'SELECT AVG(amount) FROM claims ANTI JOIN payments USING (id)',
      'SELECT p.share, q.share FROM payments p, payments q WHERE p.id = q.id AND p.due < q.due',
      'SELECT /*+ JOIN_ROWS(20000) */ p.share, q.share FROM payments p JOIN payments q ON p.due = q.due WHERE p.id < q.id',
      'SELECT p.due, COUNT(*), SUM(q.share) FROM payments p JOIN payments q ON p.due = q.due GROUP BY p.due',
      'SELECT COUNT(*) FROM claims CROSS JOIN payments WHERE due BETWEEN admitted AND admitted + 30',
      'SELECT SUM(p.share - r.top) FROM claims JOIN payments p USING (id) JOIN (SELECT id, MAX(share) AS top FROM payments GROUP BY id) r USING (id)',
    ],
  },
  {
    title: 'Subqueries',
    text: '`IN` and `NOT IN`, `EXISTS` and `NOT EXISTS`, also correlated, as conditions of WHERE that stand by themselves or are joined by AND. A subquery as a value, anywhere in an expression, gives one row for certain: an aggregate without GROUP BY, or LIMIT 1; it does not read the query around it.',
    examples: [
      'SELECT COUNT(*) FROM claims WHERE id IN (SELECT id FROM payments WHERE share > 100)',
      "SELECT state, COUNT(*) FROM claims WHERE id NOT IN (SELECT id FROM payments WHERE payer = 'fund') GROUP BY state",
      'SELECT SUM(amount) FROM claims c WHERE EXISTS (SELECT 1 FROM payments p WHERE p.id = c.id AND p.due > c.admitted)',
      'SELECT COUNT(*) FROM claims WHERE amount > (SELECT AVG(amount) FROM claims) AND NOT paid',
      'SELECT state, SUM(amount) / (SELECT SUM(amount) FROM claims) AS part FROM claims GROUP BY state',
    ],
  },
  {
    title: 'Aggregates with FILTER and DISTINCT',
    text: 'FILTER for all; DISTINCT for COUNT, SUM and AVG of every type, and for MIN and MAX, where it changes nothing.',
    examples: [
      'SELECT COUNT(*) FILTER (WHERE paid), SUM(amount) FILTER (WHERE age > 60) FROM claims',
      'SELECT COUNT(DISTINCT state), SUM(DISTINCT visits), AVG(DISTINCT visits) FROM claims',
      'SELECT state, COUNT(DISTINCT id) FROM claims GROUP BY state',
    ],
  },
  {
    title: 'Medians and quantiles',
    text: '`MEDIAN`, `QUANTILE_CONT`, `QUANTILE_DISC` (`QUANTILE`), `PERCENTILE_CONT` and `PERCENTILE_DISC` with `WITHIN GROUP`, for a constant fraction, also with FILTER and by groups.',
    examples: [
      'SELECT MEDIAN(amount), QUANTILE_CONT(age, 0.9), QUANTILE_DISC(admitted, 0.25) FROM claims',
      'SELECT state, PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY visits) FROM claims GROUP BY state',
      'SELECT PERCENTILE_DISC(0.1) WITHIN GROUP (ORDER BY amount DESC) FILTER (WHERE paid) FROM claims',
    ],
  },
  {
    title: 'Window functions',
    text: '`ROW_NUMBER`, `RANK`, `DENSE_RANK`, `PERCENT_RANK`, `CUME_DIST`, `NTILE`, `LAG`, `LEAD`, `FIRST_VALUE`, `LAST_VALUE`, `NTH_VALUE`, and the aggregates `COUNT`, `SUM`, `AVG`, `MIN`, `MAX`, `BOOL_AND`, `BOOL_OR`, `VARIANCE`, `STDDEV` and their like, with FILTER. `PARTITION BY`, `ORDER BY`, `WINDOW name AS (…)`; frames of `ROWS` between any constant distances; of `RANGE` and `GROUPS` from the start of the partition to the current row or to its end. Windows also over groups and in subqueries.',
    examples: [
      'SELECT id, payer, RANK() OVER (PARTITION BY payer ORDER BY share DESC) FROM payments',
      'SELECT id, due, share - LAG(share) OVER (PARTITION BY id ORDER BY due, share) AS change FROM payments',
      'SELECT due, SUM(share) OVER (ORDER BY due, id, share, payer ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM payments',
      'SELECT share, SUM(share) OVER w AS so_far, NTILE(4) OVER w FROM payments WINDOW w AS (ORDER BY share, id, due, payer)',
      'SELECT state, SUM(amount) AS total, RANK() OVER (ORDER BY SUM(amount) DESC) FROM claims GROUP BY state',
      'SELECT state, AVG(amount) FROM (SELECT state, amount, ROW_NUMBER() OVER (PARTITION BY state ORDER BY amount DESC NULLS LAST, id) AS place FROM claims) WHERE place <= 3 GROUP BY state',
    ],
  },
  {
    title: 'Set operations',
    text: '`UNION`, `INTERSECT` and `EXCEPT`, each also with `ALL`, in parentheses and in subqueries. INTERSECT binds before the others.',
    examples: [
      'SELECT payer, SUM(u) FROM (SELECT payer, share AS u FROM payments UNION ALL SELECT payer, -share FROM payments WHERE share < 100) GROUP BY payer',
      'SELECT id FROM payments INTERSECT SELECT id FROM payments WHERE share > 200',
      'SELECT id, payer FROM payments EXCEPT ALL SELECT id, payer FROM payments WHERE share > 500 ORDER BY id, payer LIMIT 4',
      'SELECT COUNT(*) FROM (SELECT id FROM claims UNION SELECT id FROM payments)',
    ],
  },
  {
    title: 'Derived tables and WITH',
    text: 'Every query that stands alone may also stand in FROM or in WITH, with columns named behind it. A WITH that is read twice is computed twice: if it has a LIMIT, or a window function such as ROW_NUMBER, whose ORDER BY leaves ties, each of the two may break them differently. Order by all columns that tell rows apart.',
    examples: [
      'SELECT MAX(n), AVG(n) FROM (SELECT state, COUNT(*) AS n FROM claims GROUP BY state) WHERE n > 1',
      'WITH big AS (SELECT state, amount FROM claims WHERE amount > 1000) SELECT state, COUNT(*) FROM big GROUP BY state',
      'SELECT * FROM (SELECT state, COUNT(*) AS n FROM claims GROUP BY state) q(place, n) WHERE n > 2',
      'WITH repaid AS (SELECT id, SUM(share) AS s FROM payments GROUP BY id) SELECT COUNT(*) FROM claims JOIN repaid USING (id) WHERE s < amount',
    ],
  },
  {
    title: 'Parameters',
    text: 'All `?` or all `$1`, `$2`. The parties and the analyst know their values.',
    examples: Object.keys(PARAMETERS),
  },
  {
    title: 'Text without a dictionary',
    text: 'A column VARCHAR that is declared with `bytes: n` is secret: `=`, `<>`, `<`, `<=`, `>`, `>=`, `IN`, `IS NULL`, `MIN`, `MAX`, `COUNT`; also as a key of GROUP BY, DISTINCT, joins, orders and windows.',
    examples: [
      "SELECT COUNT(*) FROM patients WHERE name = 'Zoë' OR name < 'B' OR name IN ('Ana', 'Eve')",
      'SELECT ward, MIN(name), COUNT(name) FROM patients GROUP BY ward',
      'SELECT name, COUNT(*) FROM patients GROUP BY name HAVING COUNT(*) > 1',
    ],
  },
];

/** Functions that are called alike, and a statement where `$f` stands for each of the names. */
export interface Family {
  readonly names: string;
  readonly does: string;
  readonly example: string;
}

export const FUNCTION_FAMILIES: readonly Family[] = [
  family('coalesce ifnull', 'the first that is not NULL', '$f(visits, 0)'),
  family('nullif', 'NULL if both are equal', '$f(visits, 0)'),
  family('greatest least', 'passes over NULLs', '$f(visits, 5)'),
  family('abs sign', 'size; -1, 0 or 1', '$f(visits - 3)'),
  family('round trunc', 'optionally to a constant number of digits', '$f(amount, 1)'),
  family('floor ceil ceiling', 'down, up', '$f(amount)'),
  family('mod', 'remainder, as `%`', '$f(id, 7)'),
  text('upper ucase lower lcase', 'letter case', '$f(state)'),
  family('length len char_length character_length', 'characters', '$f(state)'),
  family('strlen', 'UTF-8 bytes', '$f(state)'),
  text('substring substr', 'from a position, optionally a length', '$f(state, 2, 1)'),
  text('left right', 'first or last characters', '$f(state, 1)'),
  family('instr strpos', 'position of a text, 0 if absent', "$f(state, 'A')"),
  condition('starts_with prefix', 'starts so', "$f(state, 'C')"),
  condition('ends_with suffix', 'ends so', "$f(state, 'A')"),
  condition('contains', 'has it inside', "$f(state, 'A')"),
  text('trim ltrim rtrim', 'without spaces or the given characters', "$f(state, 'A')"),
  text('replace', 'one text by another', "$f(state, 'A', 'xy')"),
  text('concat', 'joined, without NULLs; `||` is NULL if one is', "$f(state, '-', paid)"),
  text('||', 'as an operator', "state || '!'"),
  family('date_part datepart', 'a part by its name', "$f('month', admitted)"),
  {
    ...{ names: 'date_trunc datetrunc', does: 'the start of a part, a TIMESTAMP' },
    example: "SELECT MAX($f('month', seen)) FROM claims",
  },
  family(
    'year month day dayofmonth quarter week weekofyear dayofweek weekday isodow dayofyear',
    'parts of a date',
    '$f(admitted)',
  ),
  family('hour minute second millisecond microsecond', 'parts of a time', '$f(seen)'),
  family('isoyear yearweek decade century millennium', 'further parts', '$f(admitted)'),
  family('epoch', 'seconds since 1970, a DOUBLE', '$f(admitted)'),
  family('epoch_ms epoch_us', 'since 1970, a BIGINT', '$f(seen)'),
];

export const AGGREGATE_FAMILIES: readonly Family[] = [
  family('count', 'how many are not NULL', 'visits', '$f'),
  family('sum', 'exact; of BOOLEAN how many are true', 'amount', '$f'),
  family('avg mean', 'the exact quotient, rounded once', 'amount', '$f'),
  family('min max', 'of every type', 'admitted', '$f'),
  family('var_pop var_samp variance', 'the exact quotient, rounded once', 'visits', '$f'),
  family('stddev_pop stddev_samp stddev', 'the root of it', 'visits', '$f'),
  family(
    'bool_and every bool_or',
    'of conditions; `every` is PostgreSQL’s name',
    'visits > 1',
    '$f',
  ),
  family('median', 'the value in the middle, or between both', 'amount', '$f'),
  {
    ...{ names: 'quantile quantile_disc', does: 'the value at a constant fraction' },
    example: 'SELECT $f(visits, 0.75) FROM claims',
  },
  {
    ...{ names: 'quantile_cont', does: 'interpolated between two values' },
    example: 'SELECT $f(amount, 0.75) FROM claims',
  },
];

function family(names: string, does: string, call: string, aggregate = 'SUM'): Family {
  return { names, does, example: `SELECT ${aggregate}(${call}) FROM claims` };
}

function text(names: string, does: string, call: string): Family {
  return { names, does, example: `SELECT MAX(${call}) FROM claims` };
}

function condition(names: string, does: string, call: string): Family {
  return { names, does, example: `SELECT COUNT(*) FROM claims WHERE ${call}` };
}
