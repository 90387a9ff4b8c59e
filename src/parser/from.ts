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
  unexpected(hint: string): Error;
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
  let left = readJoins(reader);
  while (reader.comma()) {
    const right = readJoins(reader);
    left = { kind: 'join', join: 'cross', left, right, natural: false, comma: true, at: AT };
  }
  return left;
}

/** One source and the joins behind it. */
export function readJoins(reader: FromReader): FromItem {
  let left = reader.source();
  for (;;) {
    const natural = reader.word('NATURAL');
    const join = readKind(reader, natural);
    if (join === undefined) return left;
    const right = reader.source();
    left = { kind: 'join', join, left, right, natural, ...readOn(reader, join, natural), at: AT };
  }
}

function readKind(reader: FromReader, natural: boolean): Kind | undefined {
  const [, kind, outer] = KINDS.find(([word]) => reader.word(word)) ?? [];
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
  if (using === undefined) throw reader.unexpected('; expected ON or USING');
  return { using };
}
