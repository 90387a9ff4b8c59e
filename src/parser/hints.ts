import { TacitError } from '../errors/tacit-error.ts';
import { tokenize } from './lexer.ts';
import type { JoinHint } from './syntax.ts';
import { isSymbol, isWord, type Token } from './token.ts';

const HINT = /^\s*([A-Za-z_]\w*)\s*\(([^()]*)\)\s*(?:,|$|(?=[A-Za-z_]))/u;
const DISCLOSED = 'DISCLOSED';
const TO_FILL = /(\bJOIN_ROWS\s*\(\s*(?:[A-Za-z_]\w*\s+)?)DISCLOSED(\s*\))/iu;
const PAIRS = /^\s*(?:([A-Za-z_]\w*)\s+)?(\d{1,15}|disclosed)\s*$/iu;

/**
 * Gives the hints of a statement, in comments that begin with a plus, to the SELECT directly before them.
 * Errors: SQL_UNSUPPORTED for hints that stand elsewhere or are not known, SQL_SYNTAX for malformed ones.
 */
export function attachHints(tokens: readonly Token[]): Token[] {
  const attached: Token[] = [];
  for (const token of tokens) {
    if (token.kind !== 'hint') {
      attached.push(token);
      continue;
    }
    const before = attached.at(-1);
    if (before === undefined || !isWord(before, 'SELECT') || before.hints !== undefined) {
      const message =
        'hints stand in one comment directly after SELECT: SELECT /*+ JOIN_ROWS(1000) */';
      throw new TacitError('SQL_UNSUPPORTED', message, token.at);
    }
    attached[attached.length - 1] = { ...before, hints: readHints(token) };
  }
  return attached;
}

/** JOIN_ROWS(n) and JOIN_ROWS(name n), separated by blanks or commas; n may be DISCLOSED. */
function readHints({ value, at }: Token): JoinHint[] {
  const hints: JoinHint[] = [];
  for (let rest = value.trim(); rest !== ''; ) {
    const [whole, name = '', content = ''] = HINT.exec(rest) ?? [];
    if (whole === undefined) {
      const message = `a hint has the form NAME(…); found ${rest.slice(0, 40)}`;
      throw new TacitError('SQL_SYNTAX', message, at);
    }
    if (name.toUpperCase() !== 'JOIN_ROWS') {
      throw new TacitError('SQL_UNSUPPORTED', `the hint ${name} is not supported yet`, at);
    }
    const hint = joinRows(content, at);
    if (hints.some(({ table }) => table === hint.table)) {
      const of = hint.table === undefined ? '' : ` for ${hint.table}`;
      throw new TacitError('SQL_SYNTAX', `two hints JOIN_ROWS${of}`, at);
    }
    hints.push(hint);
    rest = rest.slice(whole.length).trim();
  }
  if (hints.length > 0) return hints;
  throw new TacitError('SQL_SYNTAX', 'a comment for hints has none', at);
}

function joinRows(content: string, at: Token['at']): JoinHint {
  const [whole, table, amount = ''] = PAIRS.exec(content) ?? [];
  const named = table === undefined ? {} : { table: table.toLowerCase() };
  if (amount.toUpperCase() === DISCLOSED) return { pairs: 'disclosed', ...named };
  const pairs = Number(amount);
  if (whole === undefined || pairs < 1) {
    const message = `JOIN_ROWS takes a number from 1 on or ${DISCLOSED}, and before it the name of a joined table if there are several; found ${content.trim().slice(0, 40)}`;
    throw new TacitError('SQL_SYNTAX', message, at);
  }
  return { pairs, ...named };
}

/** Where the SELECT with JOIN_ROWS(DISCLOSED) stands. SQL_UNSUPPORTED if there are two. */
export function placeOfDisclosed(tokens: readonly Token[]): Token['at'] | undefined {
  const found = tokens.flatMap(({ at, hints = [] }) =>
    hints.flatMap(({ pairs }) => (pairs === 'disclosed' ? [at] : [])),
  );
  const [first, second] = found;
  if (second === undefined) return first;
  const message = `a statement can have one JOIN_ROWS(${DISCLOSED}); give the other joins numbers`;
  throw new TacitError('SQL_UNSUPPORTED', message, second);
}

/** The hints as they are read. */
export function printHints(hints: readonly JoinHint[]): string {
  const each = hints.map(({ pairs, table }) => {
    const amount = pairs === 'disclosed' ? DISCLOSED : pairs;
    return table === undefined ? `JOIN_ROWS(${amount})` : `JOIN_ROWS(${table} ${amount})`;
  });
  return `/*+ ${each.join(' ')} */`;
}

/**
 * Of the text of a statement that asks for the number of a join's pairs: the same text with a number instead, which asks for the answer.
 * Undefined for other texts, and for EXPLAIN: that explains how pairs are counted.
 */
export function pairsToFill(sql: string): ((pairs: number) => string) | undefined {
  const tokens = tokenize(sql);
  const first = tokens.find((token) => !isSymbol(token, ';'));
  if (isWord(first, 'EXPLAIN')) return undefined;
  const hint = tokens.find(({ kind, text }) => kind === 'hint' && TO_FILL.test(text));
  if (hint === undefined) return undefined;
  const { offset, text } = hint;
  const [before, after] = [sql.slice(0, offset), sql.slice(offset + text.length)];
  // As long as before, so that positions in errors stay right.
  const amount = (pairs: number) => String(pairs).padEnd(DISCLOSED.length);
  return (pairs) => before + text.replace(TO_FILL, `$1${amount(pairs)}$2`) + after;
}
