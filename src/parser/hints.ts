import { TacitError } from '../errors/tacit-error.ts';
import type { JoinHint } from './syntax.ts';
import { isWord, type Token } from './token.ts';

const HINT = /^\s*([A-Za-z_]\w*)\s*\(([^()]*)\)\s*(?:,|$|(?=[A-Za-z_]))/u;
const PAIRS = /^\s*(?:([A-Za-z_]\w*)\s+)?(\d{1,15})\s*$/u;

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

/** JOIN_ROWS(n) and JOIN_ROWS(name n), separated by blanks or commas. */
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
  if (content.trim().toUpperCase() === 'DISCLOSED') {
    throw new TacitError('SQL_UNSUPPORTED', 'JOIN_ROWS(DISCLOSED) is not supported yet', at);
  }
  const [whole, table, digits = ''] = PAIRS.exec(content) ?? [];
  const pairs = Number(digits);
  if (whole === undefined || pairs < 1) {
    const message = `JOIN_ROWS takes a number from 1 on, or the name of a joined table and a number; found ${content.trim().slice(0, 40)}`;
    throw new TacitError('SQL_SYNTAX', message, at);
  }
  return { pairs, ...(table === undefined ? {} : { table: table.toLowerCase() }) };
}

/** The hints as they are read. */
export function printHints(hints: readonly JoinHint[]): string {
  const each = hints.map(({ pairs, table }) =>
    table === undefined ? `JOIN_ROWS(${pairs})` : `JOIN_ROWS(${table} ${pairs})`,
  );
  return `/*+ ${each.join(' ')} */`;
}
