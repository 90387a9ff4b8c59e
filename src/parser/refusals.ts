import { TacitError } from '../errors/tacit-error.ts';
import { isAggregate, takesOne } from './aggregates.ts';
import { endsOperand, expectsExpression, type Source, splitAtCommas } from './brackets.ts';
import { isLabel, isSymbol, isWord, type Token, wordOf } from './token.ts';

/** Looks at token `i` of a statement and names the unsupported construct that starts there. */
type Rule = (source: Scanned, i: number) => string | undefined;
type Scanned = Source & {
  /** For every token: does it stand in a FROM clause, outside parentheses? */
  readonly inFrom: readonly boolean[];
  /** Index of the parenthesis around every token, -1 outside of all. */
  readonly around: readonly number[];
};

/**
 * The first construct, in reading order, that is known SQL but not supported, as an error with
 * its name and position. This is for good messages only: what has no rule here is still refused by
 * the normaliser's allow-list or the token account.
 */
export function firstRefusal(source: Source): TacitError | undefined {
  const scanned = { ...source, ...surroundings(source) };
  for (const [i, token] of source.tokens.entries()) {
    if (isLabel(source.tokens, i) && source.role[i + 1] !== 'call') continue;
    for (const rule of RULES) {
      const name = rule(scanned, i);
      if (name === undefined) continue;
      return new TacitError('SQL_UNSUPPORTED', `${name} is not supported yet`, token.at);
    }
  }
  return undefined;
}

/** Keywords that start (or are) an unsupported construct wherever they stand. */
export const KEYWORDS = new Map(
  Object.entries({
    ANY: 'ANY',
    ARRAY: 'ARRAY',
    BOTH: 'TRIM(BOTH …)',
    COLLATE: 'COLLATE',
    DEFAULT: 'DEFAULT',
    GLOB: 'GLOB',
    INTO: 'SELECT INTO',
    ISNULL: 'ISNULL',
    LATERAL: 'LATERAL',
    LEADING: 'TRIM(LEADING …)',
    NOTNULL: 'NOTNULL',
    OVERLAPS: 'OVERLAPS',
    PIVOT: 'PIVOT',
    QUALIFY: 'QUALIFY',
    RETURNING: 'RETURNING',
    SIMILAR: 'SIMILAR TO',
    SOME: 'SOME',
    SYMMETRIC: 'BETWEEN SYMMETRIC',
    TABLESAMPLE: 'TABLESAMPLE',
    TRAILING: 'TRIM(TRAILING …)',
    UNPIVOT: 'UNPIVOT',
  }),
);

const keyword: Rule = ({ tokens, around }, i) => {
  const word = wordOf(tokens[i]);
  const inside = wordOf(tokens[(around[i] as number) - 1]);
  if (word === 'FOR' && inside !== 'SUBSTRING') return `FOR ${wordOf(tokens[i + 1])}`.trim();
  if (word === 'AT' && isWord(tokens[i + 1], 'TIME')) return 'AT TIME ZONE';
  return KEYWORDS.get(word);
};

const join: Rule = ({ tokens }, i) => {
  const word = wordOf(tokens[i]);
  const isKnown = !/^(ASOF|POSITIONAL)$/.test(word);
  return isKnown || !/^(LEFT|RIGHT|INNER|FULL|JOIN)$/.test(wordOf(tokens[i + 1]))
    ? undefined
    : `${word} JOIN`;
};

const distinct: Rule = ({ tokens, role }, i) => {
  const word = wordOf(tokens[i]);
  if (word !== 'DISTINCT' && word !== 'ALL') return undefined;
  const before = wordOf(tokens[i - 1]);
  if (role[i - 1] === 'call') {
    const call = wordOf(tokens[i - 2]);
    return word === 'DISTINCT' && isAggregate(call) ? undefined : `${word} inside ${call}`;
  }
  if (word === 'DISTINCT') {
    if (isWord(tokens[i + 1], 'ON') && before === 'SELECT') return 'SELECT DISTINCT ON';
    return /^(SELECT|IS|NOT|UNION|INTERSECT|EXCEPT)$/.test(before) ? undefined : word;
  }
  if (/^(LIMIT|UNION|INTERSECT|EXCEPT)$/.test(before)) return undefined;
  if (before === 'BY' && isWord(tokens[i - 2], 'GROUP')) return undefined;
  if (before === 'BY') return 'ORDER BY ALL';
  return before === 'SELECT' ? 'SELECT ALL' : 'ALL';
};

const distinctList: Rule = (source, i) => {
  if (!isWord(source.tokens[i], 'DISTINCT') || source.role[i - 1] !== 'call') return undefined;
  const close = source.partner[i - 1] as number;
  const several = splitAtCommas(source, i + 1, close).length > 1;
  return several ? 'DISTINCT over several values' : undefined;
};

const isPredicate: Rule = ({ tokens }, i) => {
  if (!isWord(tokens[i], 'IS')) return undefined;
  const not = isWord(tokens[i + 1], 'NOT');
  const word = wordOf(tokens[i + (not ? 2 : 1)]);
  if (!/^(JSON|NORMALIZED)$/.test(word)) return undefined;
  return `IS ${not ? 'NOT ' : ''}${word}`;
};

/** WITH stands first or in a parenthesis. */
const subquery: Rule = ({ tokens }, i) => {
  const word = wordOf(tokens[i]);
  if (word === 'VALUES' && isSymbol(tokens[i + 1], '(')) return 'VALUES';
  if (word !== 'WITH') return undefined;
  const first = i === (isWord(tokens[0], 'EXPLAIN') ? 1 : 0);
  if (first || isSymbol(tokens[i - 1], '(')) return undefined;
  return `WITH ${wordOf(tokens[i + 1])}`.trim();
};

const commonTable: Rule = ({ tokens }, i) => {
  if (isWord(tokens[i], 'RECURSIVE') && isWord(tokens[i - 1], 'WITH')) return 'WITH RECURSIVE';
  if (!isWord(tokens[i], 'AS')) return undefined;
  const hint = isWord(tokens[i + 1], 'NOT') ? i + 2 : i + 1;
  const materialized = isWord(tokens[hint], 'MATERIALIZED') && isSymbol(tokens[hint + 1], '(');
  return materialized ? 'AS MATERIALIZED' : undefined;
};

/** TIMESTAMP and TIME WITH TIME ZONE. */
const castType: Rule = ({ tokens }, i) => {
  const zone = isWord(tokens[i], 'WITH') && isWord(tokens[i + 1], 'TIME');
  return zone ? 'WITH TIME ZONE' : undefined;
};

/** What belongs to LIMIT, ORDER BY and FETCH and is not supported. */
const ordering: Rule = ({ tokens, role, around }, i) => {
  const word = wordOf(tokens[i]);
  const open = around[i] as number;
  if (
    word === 'ORDER' &&
    role[open] === 'call' &&
    !/^(OVER|GROUP)$/.test(wordOf(tokens[open - 1]))
  ) {
    return `ORDER BY inside ${tokens[open - 1]?.text.slice(0, 40)}`;
  }
  if (word === 'LIMIT' || word === 'FETCH') {
    const end = i + (word === 'LIMIT' ? 2 : 3);
    if (isPercentage(tokens, end)) return `${word} of a percentage`;
  }
  const ties = tokens.slice(i, i + 7).some((token) => isWord(token, 'TIES'));
  if (word === 'FETCH' && ties) return 'FETCH WITH TIES';
  const nulls = /^(IGNORE|RESPECT)$/.test(word) && isWord(tokens[i + 1], 'NULLS');
  return nulls ? `${word} NULLS` : undefined;
};

/** `10 %`; before another operand % is a remainder. */
function isPercentage(tokens: readonly Token[], end: number): boolean {
  if (isWord(tokens[end], 'PERCENT')) return true;
  if (!isSymbol(tokens[end], '%')) return false;
  const next = tokens[end + 1];
  if (isSymbol(next, '(') || isSymbol(next, '-')) return false;
  return next?.kind === 'symbol' || !endsOperand(next) || /^ROWS?$/.test(wordOf(next));
}

const star: Rule = ({ tokens, role }, i) => {
  if (!isSymbol(tokens[i], '*')) return undefined;
  const before = tokens[i - 1];
  const item = isWord(before, 'SELECT') || isSymbol(before, ',') || isSymbol(before, '.');
  const next = wordOf(tokens[i + 1]);
  if (item && /^(EXCLUDE|EXCEPT|REPLACE|RENAME|LIKE|ILIKE)$/.test(next)) return `* ${next}`;
  if (role[i - 1] !== 'call' || isWord(tokens[i - 2], 'COUNT')) return undefined;
  return `${wordOf(tokens[i - 2])}(*)`;
};

const call: Rule = (source, i) => {
  const { tokens, role, partner } = source;
  if (role[i + 1] !== 'call') return undefined;
  const word = wordOf(tokens[i]);
  if (/^(OVER|GROUP|USING)$/.test(word) || namesColumns(source, i)) return undefined;
  if (source.inFrom[i]) {
    return /^(FROM|JOIN)$/.test(wordOf(tokens[i - 1])) || isSymbol(tokens[i - 1], ',')
      ? 'a table function'
      : 'a column list';
  }
  if (/^(ROLLUP|CUBE|SETS|COLUMNS|ROW)$/.test(word)) return word;
  if (tokens[i]?.kind === 'quoted') return `the function ${tokens[i]?.text.slice(0, 40)}`;
  const close = partner[i + 1] as number;
  if (close === i + 2) return isAggregate(word) ? `${word}() without an argument` : undefined;
  const form = argumentForm(source, i + 2, close);
  if (/^(POSITION|TRIM|OVERLAY)$/.test(word) && form) return `${word}(… ${form} …)`;
  const count = splitAtCommas(source, i + 2, close).length;
  return count > 1 && takesOne(word) && !isWord(tokens[i + 2], 'DISTINCT')
    ? `${word} with ${count} arguments`
    : undefined;
};

/** A keyword between the arguments of a function where others have commas. */
function argumentForm({ tokens, partner }: Source, from: number, to: number): string | undefined {
  for (let i = from; i < to; i++) {
    const close = partner[i] as number;
    if (close > i) i = close;
    else if (/^(IN|FROM|PLACING)$/.test(wordOf(tokens[i]))) return wordOf(tokens[i]);
  }
  return undefined;
}

/** `(SELECT …) s(a, b)` and `WITH s(a, b) AS (SELECT …)`: does the name at `i` stand like this? */
function namesColumns({ tokens, role, partner }: Source, i: number): boolean {
  const close = partner[i + 1] as number;
  if (isWord(tokens[close + 1], 'AS') && role[close + 2] === 'query') return true;
  const before = isWord(tokens[i - 1], 'AS') ? i - 2 : i - 1;
  return isSymbol(tokens[before], ')') && role[partner[before] as number] === 'query';
}

/** Parts of set operations that are no SELECT, and queries in parentheses that are no part of one. */
const setOperation: Rule = ({ tokens, partner, role }, i) => {
  const word = wordOf(tokens[i]);
  const before = /^(ALL|DISTINCT)$/.test(wordOf(tokens[i - 1])) ? i - 2 : i - 1;
  const operator = wordOf(tokens[before]);
  if (/^(UNION|INTERSECT|EXCEPT)$/.test(operator)) {
    if (word === 'BY') return `${operator} BY NAME`;
    if (word === 'FROM') return 'FROM before SELECT';
    if (word === 'TABLE') return `TABLE after ${operator}`;
  }
  if (word === 'USING' && isWord(tokens[i + 1], 'SAMPLE')) return 'USING SAMPLE';
  if (i > 0 || role[i] === undefined) return undefined;
  const behind = wordOf(tokens[(partner[i] as number) + 1]);
  return /^(UNION|INTERSECT|EXCEPT)$/.test(behind) ? undefined : 'a statement in parentheses';
};

const groupingSets: Rule = ({ tokens }, i) =>
  isWord(tokens[i], 'GROUPING') && isWord(tokens[i + 1], 'SETS') ? 'GROUPING SETS' : undefined;

const rowValue: Rule = (source, i) => {
  if (source.role[i] !== 'group' || isWord(source.tokens[i - 1], 'AS')) return undefined;
  const close = source.partner[i] as number;
  if (isSymbol(source.tokens[close - 1], ',')) return undefined;
  return splitAtCommas(source, i + 1, close).length > 1 ? 'a row value (…, …)' : undefined;
};

const qualified: Rule = (source, i) => {
  const { tokens } = source;
  if (isSymbol(tokens[i - 1], '.')) return undefined;
  if (!isName(tokens[i]) || !isSymbol(tokens[i + 1], '.') || !isName(tokens[i + 2])) {
    return undefined;
  }
  if (source.inFrom[i]) return 'a schema-qualified table';
  return isSymbol(tokens[i + 3], '.') && isName(tokens[i + 4])
    ? 'a column name of more than two parts'
    : undefined;
};

/** Words before a string that are no type: `AND 'x'`, but also the ends of unsupported clauses. */
const typedLiteral: Rule = ({ tokens, inFrom }, i) => {
  const token = tokens[i];
  const next = tokens[i + 1];
  if (next?.kind !== 'string' || !isName(token)) return undefined;
  if (isWord(token, 'FROM')) return inFrom[i + 1] ? 'reading a file in FROM' : undefined;
  if (isWord(token, 'AS')) return 'a string as an alias';
  if (expectsExpression(token) || /^(DATE|TIMESTAMP|FOR)$/.test(wordOf(token))) return undefined;
  return `a literal of type ${token?.text.slice(0, 40)}`;
};

const adjacentStrings: Rule = ({ tokens }, i) =>
  tokens[i]?.kind === 'string' && tokens[i - 1]?.kind === 'string'
    ? 'a string continued on the next line'
    : undefined;

const UNSUPPORTED_SYMBOLS = new Set(
  '^ ** -> ->> => := == ~ ~~ !~ !~~ ^@ & && | << >> @ @> <@ <=> #'.split(' '),
);

const operator: Rule = ({ tokens }, i) => {
  const token = tokens[i];
  if (token?.kind !== 'symbol') return undefined;
  if (token.text === '[' || token.text === '{') return `${token.text} (a list or struct)`;
  if (token.text === ':') return isName(tokens[i + 1]) ? `a parameter or alias with :` : undefined;
  if (UNSUPPORTED_SYMBOLS.has(token.text)) return `the operator ${token.text}`;
  return token.text === '+' && !endsOperand(tokens[i - 1]) ? 'unary +' : undefined;
};

const RULES: readonly Rule[] = [
  ...[distinct, distinctList, isPredicate, commonTable, castType, ordering, keyword, join],
  ...[subquery, setOperation, star, groupingSets, call, rowValue, qualified],
  ...[typedLiteral, adjacentStrings, operator],
];

function surroundings({ tokens, role }: Source): Pick<Scanned, 'inFrom' | 'around'> {
  const open: { readonly index: number; readonly inside: boolean }[] = [];
  let inside = false;
  const around: number[] = [];
  const inFrom = tokens.map((token, i) => {
    if (isSymbol(token, ')')) inside = open.pop()?.inside ?? false;
    const index = open.at(-1)?.index ?? -1;
    around.push(index);
    if (isSymbol(token, '(')) {
      open.push({ index: i, inside });
      inside = false;
      return open.at(-1)?.inside ?? false;
    }
    const clause = index < 0 || role[index] === 'query';
    if (clause && isWord(token, 'JOIN')) inside = true;
    // FROM is also a word of IS DISTINCT FROM and of the arguments of some functions.
    if (isWord(token, 'FROM')) {
      if (clause && !isDistinctFrom(tokens, i)) inside = true;
      return false;
    }
    if (/^(SELECT|WHERE|GROUP|HAVING|WINDOW|ORDER|LIMIT|OFFSET|FETCH|ON)$/.test(wordOf(token))) {
      inside = false;
    }
    return inside;
  });
  return { inFrom, around };
}

function isDistinctFrom(tokens: readonly Token[], i: number): boolean {
  return isWord(tokens[i - 1], 'DISTINCT') && /^(IS|NOT)$/.test(wordOf(tokens[i - 2]));
}

function isName(token: Token | undefined): boolean {
  return token?.kind === 'word' || token?.kind === 'quoted';
}
