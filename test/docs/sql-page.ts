import { CELLS_MAX } from '../../src/compiler/collect.ts';
import { FLAGS_MAX, FOLD_BITS_MAX } from '../../src/compiler/pass.ts';
import { TABLES_MAX } from '../../src/engine/agree-versions.ts';
import { ANSWER_BYTES_MAX } from '../../src/engine/answer-size.ts';
import {
  MAX_DEPTH,
  MAX_LENGTH,
  MAX_NESTING,
  MAX_PARAMETERS,
  MAX_TOKENS,
} from '../../src/parser/limits.ts';
import { KEYWORDS } from '../../src/parser/refusals.ts';
import { EXPRESSION_MAX, STATEMENT_MAX } from '../../src/planner/bind/budget.ts';
import { IN_VALUES_MAX } from '../../src/planner/bind/expression.ts';
import { DOMAIN_MAX, TEXT_BYTES_MAX } from '../../src/planner/bind/text-encoding.ts';
import { PLAN_LIMITS } from '../../src/planner/limits.ts';
import { CANDIDATE_BITS_MAX, STORED_BITS_MAX } from '../../src/planner/physical/boolean-width.ts';
import { VALUES_MAX } from '../../src/planner/physical/domain.ts';
import { GROUPS_MAX } from '../../src/planner/physical/groups.ts';
import { RELATION_ROWS_MAX } from '../../src/planner/physical/relation-planner.ts';
import {
  argumentsOf,
  castNames,
  castTable,
  dateParts,
  exampleOf,
  intervalUnits,
  namesOf,
  refusedAggregates,
  truncatedParts,
} from './derived-lists.ts';
import { refusalOf } from './prepare-sql.ts';
import { REFUSED } from './refused-sql.ts';
import { CLAUSES, DIFFERENCES, DOUBLES, TABLES, VALUES } from './sql-prose.ts';
import { AGGREGATE_FAMILIES, type Family, FUNCTION_FAMILIES, PARTS } from './supported-sql.ts';

/** The whole of docs/sql.md. */
export function page(): string {
  return [
    CLAUSES,
    ...PARTS.map(({ examples, text, title }) => `### ${title}\n\n${text}\n\n${block(examples)}`),
    `### Functions\n\n${table(['functions', 'arguments', '', 'example'], families())}`,
    'Text functions and `LIKE` work on text with a dictionary: the parties apply them to the dictionary, which is public. All their arguments but the first are constants.',
    `### Aggregate functions\n\n${table(['aggregates', '', 'example'], aggregates())}`,
    `Known and refused: ${code(refusedAggregates())}.`,
    `### Parts of dates\n\n\`EXTRACT(part FROM x)\` and \`date_part\`: ${code(dateParts())}. \`date_trunc\`: ${code(truncatedParts())}. INTERVAL in whole ${code(intervalUnits())}, with or without a plural s, or as \`'36:15:00'\`.`,
    TABLES,
    `### Casts\n\n${casts()}`,
    VALUES,
    DOUBLES,
    DIFFERENCES,
    `## Limits\n\nA statement beyond a limit is refused with \`SQL_TOO_LARGE\`, \`SQL_OVERFLOW\` or, for text, \`SQL_UNSUPPORTED\`. All are judged by what is public.\n\n${table(['what', 'at most'], limits())}`,
    '## Refused by name\n\nEach statement with the error that it gets; every error has line and column. What is in no list is refused too.',
    ...REFUSED.map(({ statements, text, title }) =>
      [
        `### ${title}`,
        ...(text === '' ? [] : [text]),
        table(['statement', 'error'], refusals(statements)),
      ].join('\n\n'),
    ),
    `### Keywords\n\nRefused wherever they stand: ${code([...KEYWORDS.keys()])}.`,
    CHECK,
    EXPLAIN,
  ].join('\n\n');
}

const CHECK = `## CHECK TABLE

\`CHECK TABLE name\` is no SELECT and stands alone. Owners upload columns in two forms; it answers for each column that has both, in the order of the definition, whether they agree
in all rows: \`column_name VARCHAR\`, \`consistent BOOLEAN\`. It takes no parameters, and no policy forbids it. [publishing.md](publishing.md#publishing-rows) says what to do with FALSE.`;

const EXPLAIN = `## EXPLAIN

\`EXPLAIN SELECT ...\`, \`EXPLAIN CHECK TABLE ...\`, \`tacit explain\` or \`tacit run --explain\` prints the plan with row bounds, and for each stage and in total the exact number
of rounds, bytes each party sends, AND gates and multiplications; then what the query discloses and to whom. It computes nothing.
`;

function block(statements: readonly string[]): string {
  return `\`\`\`sql\n${statements.map((sql) => `${sql};`).join('\n')}\n\`\`\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function code(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(', ');
}

function families(): string[][] {
  return FUNCTION_FAMILIES.map((family) => [
    code(namesOf(family)),
    argumentsOf(family),
    ...described(family),
  ]);
}

function aggregates(): string[][] {
  const star = ['`count(*)`', 'how many rows', code(['SELECT COUNT(*) FROM claims'])];
  return [
    star,
    ...AGGREGATE_FAMILIES.map((family) => [code(namesOf(family)), ...described(family)]),
  ];
}

function described(family: Family): string[] {
  return [family.does, code([exampleOf(family, namesOf(family)[0] ?? '')])];
}

function casts(): string {
  const { rows, targets } = castTable();
  const names = [...castNames()]
    .filter(([, spellings]) => spellings.length > 1)
    .map(([type, spellings]) => `${type}: ${code(spellings)}`);
  const spelled = `Names of types: ${names.join('; ')}; \`DECIMAL(p,s)\`, \`NUMERIC\`, \`DEC\`; also \`DATE\`, \`HUGEINT\`.`;
  const rule =
    'A cast whose result might not fit by the bounds is refused; `TRY_CAST` is then NULL where it does not fit. Casts to VARCHAR need few possible values.';
  return [table(['from \\ to', ...targets], rows), rule, spelled].join('\n\n');
}

function limits(): string[][] {
  const rows: readonly (readonly [string, bigint | number | string])[] = [
    ['UTF-16 units of a statement', MAX_LENGTH],
    ['tokens of a statement', MAX_TOKENS],
    ['parentheses and CASEs within each other', MAX_NESTING],
    ['levels of an expression; a chain of n operators of one kind has n', MAX_DEPTH],
    ['parameters', MAX_PARAMETERS],
    ['tables that a statement names', TABLES_MAX],
    ['nodes of one bound expression', EXPRESSION_MAX],
    ['nodes of all expressions of a statement', STATEMENT_MAX],
    ['values of an `IN` list', IN_VALUES_MAX],
    ['rows that a join may have, by keys, multiplicities and hints', PLAN_LIMITS.joinRows],
    ['rows of any other intermediate result', RELATION_ROWS_MAX],
    ['bytes of an answer of many rows, at each party', ANSWER_BYTES_MAX],
    ['candidate groups; beyond, groups are found by sorting', GROUPS_MAX],
    ['values of one key that are listed one by one, before the filter', VALUES_MAX],
    ['aggregates times groups, where they are collected', CELLS_MAX],
    ['different texts that a function of text or a cast to VARCHAR makes', DOMAIN_MAX],
    ['bytes of text without a dictionary', TEXT_BYTES_MAX],
    ['bits of a number computed for every row', STORED_BITS_MAX],
    ['bits of a number computed for every group', CANDIDATE_BITS_MAX],
    [
      'flag bits of a row that become field elements (about one a group and nullable argument)',
      FLAGS_MAX,
    ],
    [
      'bits of a row that take part in MIN, MAX, BOOL_AND and BOOL_OR, over all groups',
      FOLD_BITS_MAX,
    ],
  ];
  return rows.map(([what, most]) => [what, String(most).replace(/\B(?=(\d{3})+$)/g, ',')]);
}

function refusals(statements: readonly string[]): string[][] {
  return statements.map((sql) => {
    const error = refusalOf(sql);
    return [code([sql]), `\`${error.code}\` ${error.message}`];
  });
}
