/** What docs/sql.md says in words. Statements in it are run by the test. */
export const CLAUSES = `# SQL

Tacit reads PostgreSQL's dialect as DuckDB does, and answers as DuckDB would: conditions, groups, joins, windows, subqueries, set operations and rows. Everything else is refused by name, with line and
column. Nothing is ignored silently.

This page is written by \`npx vitest run test/docs -u\` from the code's own lists of functions, types and limits; errors in it are those that the statements
get. The same test runs every example, most of them also in DuckDB, and fails when this page differs.

Statements are separated by \`;\`. Names are compared without regard to upper and lower case.

## Supported

The examples read \`claims\` (id INTEGER, state VARCHAR of a dictionary of four, age TINYINT from 0 to 120, visits SMALLINT from 0 to 12, amount DECIMAL(9,2),
paid BOOLEAN, admitted DATE and seen TIMESTAMP of one year) and \`patients\` (name VARCHAR of 20 bytes without a dictionary, ward VARCHAR of a dictionary,
insured INTEGER with \`reveal: never\`), and \`payments\` (id INTEGER of a claim, at most four rows each, payer VARCHAR of a dictionary, share DECIMAL(9,2) and due DATE,
all with \`reveal: rows\`). Everything else has \`reveal: aggregate\`, and the ids of claims are unique.`;

export const TABLES = `## Types

| type of a column | stored as | notes |
| --- | --- | --- |
| \`BOOLEAN\` | 0 or 1 | |
| \`TINYINT\`, \`SMALLINT\`, \`INTEGER\`, \`BIGINT\` | the integer | width from the declared bounds |
| \`DECIMAL(p,s)\` | the unscaled integer | exact; p of at most 18 |
| \`DATE\` | days since 1970-01-01 | |
| \`TIMESTAMP\` | microseconds since 1970-01-01 | without time zone |
| \`VARCHAR\` with a dictionary | index in the dictionary | ordered by UTF-8 bytes; the dictionary is public |
| \`VARCHAR\` with \`bytes: n\` | its UTF-8 bytes | secret; compared, not taken apart |

Results have DuckDB's types: \`SUM\` of integers is \`HUGEINT\`, of decimals \`DECIMAL(38,s)\`, \`COUNT\` is \`BIGINT\`, \`AVG\`, \`/\`, \`VARIANCE\` and \`STDDEV\` are
\`DOUBLE\`. \`DOUBLE\` columns are not stored; declare them as \`DECIMAL(p,s)\`. A string beside a number, date, timestamp or Boolean is read as a value of that type.`;

export const VALUES = `## NULL and overflow

Logic has three values, as in SQL: a row is kept if its condition is true, not if it is NULL. Aggregates pass over NULL and are NULL if nothing is left; COUNT is
then 0. NULL is a group of its own. Division by zero is NULL.

Nothing wraps. From declared bounds Tacit computes the range of every expression; what could leave its type or is too wide for a circuit is refused with
\`SQL_OVERFLOW\` when the statement is planned, whatever the data is. Tighter bounds make queries faster and allow more of them.`;

export const DOUBLES = `## DOUBLE

Inside, a DOUBLE is a fraction of two exact integers. It is rounded to the nearest double **once**, when it is shown. So

- \`AVG\`, \`/\`, \`VARIANCE\` and \`STDDEV\` are the doubles nearest to the exact results. DuckDB adds and divides doubles and may differ in the last digits, most
  for \`VARIANCE\` and \`STDDEV\`. Sums and averages over a quotient of columns (\`AVG(amount / visits)\`) cut each quotient off after its first ten digits or later.
- A constant beside one DOUBLE, \`ROUND\`, \`FLOOR\`, \`CEIL\`, \`ABS\` and the root of \`STDDEV\` are applied by the analyst's client to the double, one after the other as
  IEEE 754 says. \`${'ROUND(AVG(amount), 2)'}\` is bit by bit DuckDB's. The analyst learns the quotient before rounding; \`EXPLAIN\` says so.
- Comparisons are exact: \`AVG(x) > 1.5\` compares integers, \`STDDEV(x) > 2\` compares squares.
- What DuckDB would round several times has no exact answer to agree on. It is shown where it is the answer itself, and **refused** inside comparisons and rounding,
  see [Not exact](#not-exact). Write \`SUM(x) > c * COUNT(*)\` instead of \`SUM(x) / COUNT(*) > c\`.

\`1e3\` and \`2.5e-1\` are DOUBLE constants; \`1000\` and \`0.25\` are exact.`;

export const DIFFERENCES = `## Where DuckDB differs

- \`x / 0\` and \`x % 0\` are NULL. DuckDB's default for \`/\` is infinity (\`SET ieee_floating_point_ops = false\` makes it NULL).
- DuckDB 1.5 rewrites \`date_trunc('year', x) <> DATE '2019-04-24'\` to TRUE also where \`x\` is NULL. Tacit says NULL, as DuckDB does without its optimizer.
- An overflow that the bounds allow is refused when the statement is planned; DuckDB fails when it meets one.`;
