import { TacitError } from '../errors/tacit-error.ts';
import { MAX_DEPTH } from './limits.ts';
import type { FromItem, JoinedTable } from './syntax.ts';

const AT = { line: 0, column: 0 };

/** What reading FROM needs of the reader of a query. */
export interface FromReader {
  /** One table, derived table or join in parentheses. */
  source(): FromItem;
  comma(): boolean;
  word(word: string): boolean;
  condition(): JoinedTable['on'];
  /** Names in parentheses. */
  names(): readonly string[] | undefined;
  /** Where the next token is. */
  place(): number;
  /** Notes that a node reaches from a place to here. */
  sized(node: JoinedTable, from: number): JoinedTable;
  unexpected(hint: string): Error;
  refuse(name: string, index: number): Error;
}

type Kind = JoinedTable['join'];

const KINDS: readonly (readonly [word: string, kind: Kind, outer: boolean])[] = [
  ['INNER', 'inner', false],
  ['LEFT', 'left', true],
  ['RIGHT', 'right', true],
  ['FULL', 'full', true],
  ['CROSS', 'cross', false],
  ['SEMI', 'semi', false],
  ['ANTI', 'anti', false],
];

/** Reads FROM: joins associate to the left, commas bind weaker. */
export function readFrom(reader: FromReader): FromItem {
  const from = reader.place();
  let left = readJoins(reader);
  for (let count = 1; reader.comma(); count++) {
    if (count > MAX_DEPTH) throw tooManyJoins();
    const right = readJoins(reader);
    const join = { kind: 'join', join: 'cross', left, right, natural: false } as const;
    left = reader.sized({ ...join, comma: true, at: AT }, from);
  }
  return left;
}

/** One source and the joins behind it. */
export function readJoins(reader: FromReader): FromItem {
  const from = reader.place();
  let left = reader.source();
  for (let count = 1; ; count++) {
    const natural = reader.word('NATURAL');
    const join = readKind(reader, natural);
    if (join === undefined) return left;
    if (count > MAX_DEPTH) throw tooManyJoins();
    const right = reader.source();
    const how = readOn(reader, join, natural);
    left = reader.sized({ kind: 'join', join, left, right, natural, ...how, at: AT }, from);
  }
}

function readKind(reader: FromReader, natural: boolean): Kind | undefined {
  const isKind = ([word, kind]: (typeof KINDS)[number]) =>
    !(natural && kind === 'cross') && reader.word(word);
  const [, kind, outer] = KINDS.find(isKind) ?? [];
  if (outer === true) reader.word('OUTER');
  if (reader.word('JOIN')) return kind ?? 'inner';
  if (kind !== undefined || natural) throw reader.unexpected('; expected JOIN');
  return undefined;
}

function readOn(
  reader: FromReader,
  join: Kind,
  natural: boolean,
): Pick<JoinedTable, 'on' | 'using'> {
  if (join === 'cross' || natural) return {};
  if (reader.word('ON')) {
    const on = reader.condition();
    return on === undefined ? {} : { on };
  }
  const using = reader.word('USING') ? reader.names() : undefined;
  if (using !== undefined) return { using };
  const before = reader.place();
  const isNext = reader.word('NATURAL') || readKind(reader, false) !== undefined;
  if (isNext && reader.place() > before) {
    throw reader.refuse('a join whose ON or USING comes after the next join', before);
  }
  throw reader.unexpected('; expected ON or USING');
}

function tooManyJoins(): TacitError {
  const message = `FROM has more than ${MAX_DEPTH} joins in a row; split the statement`;
  return new TacitError('SQL_TOO_LARGE', message);
}
