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
    text: 'A SELECT shows aggregates, what it groups by, and expressions over both; also constants without FROM. Rows of a table are never shown.',
    examples: [
      'SELECT COUNT(*) AS n, SUM(amount) AS total, SUM(amount) / COUNT(*) AS mean FROM claims',
      'SELECT COALESCE(MAX(visits), 0) + 1, CASE WHEN COUNT(*) > 10 THEN AVG(age) END FROM claims',
      "SELECT 7 // 2, DATE '2024-01-31' + INTERVAL 1 MONTH",
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
    text: 'By columns, expressions, aliases, positions, or `ALL`. A key must have few possible values, known from bounds, dictionary and WHERE: each of their combinations is a candidate group. Groups without rows are not shown. `SELECT DISTINCT` is grouping by all columns.',
    examples: [
      'SELECT state, paid, COUNT(*) FROM claims GROUP BY state, paid',
      'SELECT age // 10 * 10 AS decade, AVG(amount) FROM claims GROUP BY decade',
      "SELECT date_trunc('quarter', admitted) AS quarter, SUM(amount) FROM claims GROUP BY ALL",
      'SELECT DISTINCT state, visits > 3 AS often FROM claims',
    ],
  },
  {
    title: 'HAVING, ORDER BY, LIMIT',
    text: 'With aggregates, aliases and positions; `ASC`, `DESC`, `NULLS FIRST`, `NULLS LAST`, `OFFSET`, `FETCH FIRST n ROWS ONLY`. Groups that HAVING or LIMIT leaves out are not opened to anybody. ORDER BY without LIMIT is done by the analyst if the keys are shown, and by the parties if they are not.',
    examples: [
      'SELECT state, AVG(amount) AS mean FROM claims GROUP BY state HAVING COUNT(*) > 5 AND AVG(amount) > 100',
      'SELECT state, SUM(amount) AS total FROM claims GROUP BY state ORDER BY total DESC NULLS LAST, state LIMIT 2 OFFSET 1',
      'SELECT state FROM claims GROUP BY state ORDER BY COUNT(*) DESC, state FETCH FIRST 3 ROWS ONLY',
      'SELECT state, STDDEV(visits) FROM claims GROUP BY state HAVING STDDEV(visits) > 1.5',
    ],
  },
  {
    title: 'Aggregates with FILTER and DISTINCT',
    text: 'FILTER for all; DISTINCT for COUNT, SUM and AVG where the argument has few possible values, and for MIN and MAX, where it changes nothing.',
    examples: [
      'SELECT COUNT(*) FILTER (WHERE paid), SUM(amount) FILTER (WHERE age > 60) FROM claims',
      'SELECT COUNT(DISTINCT state), SUM(DISTINCT visits), AVG(DISTINCT visits) FROM claims',
    ],
  },
  {
    title: 'Derived tables and WITH',
    text: 'Over one table, also aggregates over groups. `SELECT *` of a derived table of groups.',
    examples: [
      'SELECT MAX(n), AVG(n) FROM (SELECT state, COUNT(*) AS n FROM claims GROUP BY state) WHERE n > 1',
      'WITH big AS (SELECT state, amount FROM claims WHERE amount > 1000) SELECT state, COUNT(*) FROM big GROUP BY state',
      'SELECT * FROM (SELECT state, COUNT(*) AS n FROM claims GROUP BY state) q(place, n) WHERE n > 2',
    ],
  },
  {
    title: 'Parameters',
    text: 'All `?` or all `$1`, `$2`. The parties and the analyst know their values.',
    examples: Object.keys(PARAMETERS),
  },
  {
    title: 'Text without a dictionary',
    text: 'A column VARCHAR that is declared with `bytes: n` is secret: `=`, `<>`, `<`, `<=`, `>`, `>=`, `IN`, `IS NULL`, `MIN`, `MAX` and `COUNT`.',
    examples: [
      "SELECT COUNT(*) FROM patients WHERE name = 'Zoë' OR name < 'B' OR name IN ('Ana', 'Eve')",
      'SELECT ward, MIN(name), COUNT(name) FROM patients GROUP BY ward',
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
