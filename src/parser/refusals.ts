import { TacitError } from '../errors/tacit-error.ts';
import { endsOperand, expectsExpression, type Source, splitAtCommas } from './brackets.ts';
import { isLabel, isSymbol, isWord, type Token, wordOf } from './token.ts';

/** Looks at token `i` of a statement and names the unsupported construct that starts there. */
type Rule = (source: Scanned, i: number) => string | undefined;
type Scanned = Source & { readonly inFrom: readonly boolean[] };

/**
 * The first construct, in reading order, that is known SQL but not supported, as an error with
 * its name and position. This is for good messages only: what has no rule here is still refused by
 * the normaliser's allow-list or the token account.
 */
export function firstRefusal(source: Source): TacitError | undefined {
  const scanned = { ...source, inFrom: fromClauses(source) };
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

const AGGREGATES = new Set(['SUM', 'COUNT', 'AVG']);

/** Keywords that start (or are) an unsupported construct wherever they stand. */
const KEYWORDS = new Map(
  Object.entries({
    ANY: 'ANY',
    ARRAY: 'ARRAY',
    CASE: 'CASE',
    CAST: 'CAST',
    COLLATE: 'COLLATE',
    DEFAULT: 'DEFAULT',
    EXCEPT: 'EXCEPT',
    EXISTS: 'EXISTS',
    FETCH: 'FETCH',
    GLOB: 'GLOB',
    HAVING: 'HAVING',
    ILIKE: 'ILIKE',
    INTERSECT: 'INTERSECT',
    INTO: 'SELECT INTO',
    ISNULL: 'ISNULL',
    LATERAL: 'LATERAL',
    LIKE: 'LIKE',
    LIMIT: 'LIMIT',
    NOTNULL: 'NOTNULL',
    OFFSET: 'OFFSET',
    ORDER: 'ORDER BY',
    OVERLAPS: 'OVERLAPS',
    PIVOT: 'PIVOT',
    QUALIFY: 'QUALIFY',
    RETURNING: 'RETURNING',
    SIMILAR: 'SIMILAR TO',
    SOME: 'SOME',
    SYMMETRIC: 'BETWEEN SYMMETRIC',
    TABLESAMPLE: 'TABLESAMPLE',
    TRY_CAST: 'TRY_CAST',
    UNION: 'UNION',
    UNPIVOT: 'UNPIVOT',
    USING: 'USING',
    WINDOW: 'WINDOW',
    WITH: 'WITH',
  }),
);

const keyword: Rule = ({ tokens }, i) => {
  const word = wordOf(tokens[i]);
  if (word === 'FOR') return `FOR ${wordOf(tokens[i + 1])}`.trim();
  if (word === 'AT' && isWord(tokens[i + 1], 'TIME')) return 'AT TIME ZONE';
  return KEYWORDS.get(word);
};

const JOIN = /^(NATURAL|CROSS|INNER|LEFT|RIGHT|FULL|OUTER|ASOF|POSITIONAL|SEMI|ANTI)$/;

const join: Rule = ({ tokens }, i) => {
  const words: string[] = [];
  for (let k = i; JOIN.test(wordOf(tokens[k])); k++) words.push(wordOf(tokens[k]));
  return isWord(tokens[i + words.length], 'JOIN') ? [...words, 'JOIN'].join(' ') : undefined;
};

const distinct: Rule = ({ tokens, role }, i) => {
  const word = wordOf(tokens[i]);
  if (word !== 'DISTINCT' && word !== 'ALL') return undefined;
  const before = tokens[i - 1];
  if (role[i - 1] === 'call') return `${word} inside ${wordOf(tokens[i - 2])}`;
  if (isWord(before, 'SELECT')) return `SELECT ${word}`;
  return word === 'ALL' ? (isWord(before, 'BY') ? 'GROUP BY ALL' : 'ALL') : word;
};

const isPredicate: Rule = ({ tokens }, i) => {
  if (!isWord(tokens[i], 'IS')) return undefined;
  const not = isWord(tokens[i + 1], 'NOT');
  const word = wordOf(tokens[i + (not ? 2 : 1)]);
  if (!/^(TRUE|FALSE|UNKNOWN|DISTINCT|JSON|NORMALIZED)$/.test(word)) return undefined;
  return `IS ${not ? 'NOT ' : ''}${word === 'DISTINCT' ? 'DISTINCT FROM' : word}`;
};

const subquery: Rule = ({ tokens }, i) => {
  const first = isWord(tokens[0], 'EXPLAIN') ? 1 : 0;
  if (isWord(tokens[i], 'VALUES') && isSymbol(tokens[i + 1], '(')) return 'VALUES';
  return i > first && isWord(tokens[i], 'SELECT') ? 'a subquery' : undefined;
};

const star: Rule = ({ tokens, role }, i) => {
  if (!isSymbol(tokens[i], '*')) return undefined;
  const before = tokens[i - 1];
  if (isWord(before, 'SELECT') || isSymbol(before, ',')) return 'SELECT *';
  if (isSymbol(before, '.')) return `SELECT ${tokens[i - 2]?.text.slice(0, 40)}.*`;
  if (role[i - 1] !== 'call' || isWord(tokens[i - 2], 'COUNT')) return undefined;
  return `${wordOf(tokens[i - 2])}(*)`;
};

const call: Rule = (source, i) => {
  const { tokens, role, partner } = source;
  if (role[i + 1] !== 'call') return undefined;
  const clause = afterAggregate(source, i);
  if (clause !== undefined) return clause;
  if (source.inFrom[i]) return 'a table function or a column list';
  const word = wordOf(tokens[i]);
  if (word === 'ROLLUP' || word === 'CUBE' || word === 'SETS') return word;
  if (!AGGREGATES.has(word)) return `the function ${word || tokens[i]?.text.slice(0, 40)}`;
  const close = partner[i + 1] as number;
  if (close === i + 2) return `${word}() without an argument`;
  const count = splitAtCommas(source, i + 2, close).length;
  return count > 1 ? `${word} with ${count} arguments` : undefined;
};

const over: Rule = ({ tokens }, i) =>
  isWord(tokens[i], 'OVER') && isSymbol(tokens[i - 1], ')') && tokens[i + 1]?.kind === 'word'
    ? 'a window function (OVER)'
    : undefined;

const groupingSets: Rule = ({ tokens }, i) =>
  isWord(tokens[i], 'GROUPING') && isWord(tokens[i + 1], 'SETS') ? 'GROUPING SETS' : undefined;

const rowValue: Rule = (source, i) => {
  if (source.role[i] !== 'group') return undefined;
  const close = source.partner[i] as number;
  if (isSymbol(source.tokens[close - 1], ',')) return undefined;
  return splitAtCommas(source, i + 1, close).length > 1 ? 'a row value (…, …)' : undefined;
};

const qualified: Rule = (source, i) => {
  const { tokens } = source;
  if (!isName(tokens[i]) || !isSymbol(tokens[i + 1], '.') || !isName(tokens[i + 2])) {
    return undefined;
  }
  if (source.inFrom[i]) return 'a schema-qualified table';
  return isSymbol(tokens[i + 3], '.') ? 'a column name of more than two parts' : undefined;
};

const tableInParentheses: Rule = ({ tokens }, i) => {
  if (!isSymbol(tokens[i], '(') || !isWord(tokens[i - 1], 'FROM')) return undefined;
  const inside = wordOf(tokens[i + 1]);
  return /^(SELECT|VALUES|WITH)$/.test(inside) ? undefined : 'a table in parentheses';
};

const commaJoin: Rule = (source, i) =>
  isSymbol(source.tokens[i], ',') && source.inFrom[i] ? 'a comma join' : undefined;

/** Words before a string that are no type: `AND 'x'`, but also the ends of unsupported clauses. */
const typedLiteral: Rule = ({ tokens }, i) => {
  const token = tokens[i];
  const next = tokens[i + 1];
  if (isWord(token, 'INTERVAL') && (next?.kind === 'string' || next?.kind === 'number')) {
    return 'INTERVAL';
  }
  if (next?.kind !== 'string' || !isName(token)) return undefined;
  if (isWord(token, 'FROM')) return 'reading a file in FROM';
  if (isWord(token, 'AS')) return 'a string as an alias';
  if (expectsExpression(token) || isWord(token, 'DATE') || isWord(token, 'TIMESTAMP')) {
    return undefined;
  }
  return `a literal of type ${token?.text.slice(0, 40)}`;
};

const adjacentStrings: Rule = ({ tokens }, i) =>
  tokens[i]?.kind === 'string' && tokens[i - 1]?.kind === 'string'
    ? 'a string continued on the next line'
    : undefined;

const UNSUPPORTED_SYMBOLS = new Set(
  '/ % || :: ^ ** // -> ->> => := == ~ ~~ !~ !~~ ^@ & && | << >> @ @> <@ <=> #'.split(' '),
);

const operator: Rule = ({ tokens }, i) => {
  const token = tokens[i];
  if (token?.kind !== 'symbol') return undefined;
  if (token.text === '::') return 'a cast with ::';
  if (token.text === '[' || token.text === '{') return `${token.text} (a list or struct)`;
  if (token.text === '?') return 'a parameter';
  if (token.text === ':') return isName(tokens[i + 1]) ? `a parameter or alias with :` : undefined;
  if (UNSUPPORTED_SYMBOLS.has(token.text)) return `the operator ${token.text}`;
  return token.text === '+' && !endsOperand(tokens[i - 1]) ? 'unary +' : undefined;
};

const RULES: readonly Rule[] = [
  ...[distinct, isPredicate, keyword, join, subquery, star, groupingSets, over, call],
  ...[rowValue, qualified, commaJoin, tableInParentheses, typedLiteral, adjacentStrings, operator],
];

/** FILTER (…), OVER (…) and WITHIN GROUP (…) behind the arguments of a function. */
function afterAggregate({ tokens }: Source, i: number): string | undefined {
  const word = wordOf(tokens[i]);
  if (isSymbol(tokens[i - 1], ')')) {
    if (word === 'FILTER') return 'FILTER';
    if (word === 'OVER') return 'a window function (OVER)';
  }
  return word === 'GROUP' && isWord(tokens[i - 1], 'WITHIN') ? 'WITHIN GROUP' : undefined;
}

/** For every token: does it stand in a FROM clause, outside parentheses? */
function fromClauses({ tokens }: Source): boolean[] {
  const open: boolean[] = [];
  let inside = false;
  return tokens.map((token) => {
    if (isSymbol(token, '(')) {
      open.push(inside);
      inside = false;
    } else if (isSymbol(token, ')')) inside = open.pop() ?? false;
    else if (isWord(token, 'FROM')) inside = true;
    else if (/^(SELECT|WHERE|GROUP|HAVING|ORDER|LIMIT|ON)$/.test(wordOf(token))) inside = false;
    return inside && !isWord(token, 'FROM');
  });
}

function isName(token: Token | undefined): boolean {
  return token?.kind === 'word' || token?.kind === 'quoted';
}
