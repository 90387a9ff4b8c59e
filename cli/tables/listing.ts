import { count, items, malformed, member, words } from '../../src/client/query/untrusted.ts';

/** A column as a party lists it. */
export interface ListedColumn {
  readonly name: string;
  /** As SQL writes it, e.g. `DECIMAL(12,2)` or `VARCHAR(20)`. */
  readonly type: string;
  readonly nullable: boolean;
  readonly reveal: string;
  /** Number of strings of its dictionary. */
  readonly dictionary?: number;
}

/** One version of a table as a party lists it. */
export interface ListedVersion {
  readonly name: string;
  readonly number: number;
  readonly digest: string;
  readonly owners: readonly { readonly owner: string; readonly rows: number }[];
  readonly columns: readonly ListedColumn[];
}

/** Reads `GET /v1/tables`; PEER_PROTOCOL if it does not have the agreed form. */
export function decodeListing(text: string): readonly ListedVersion[] {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    throw malformed('not JSON');
  }
  return items(member(root, 'tables')).map((table): ListedVersion => {
    const definition = member(table, 'definition');
    const number = member(table, 'number');
    return {
      name: words(member(definition, 'name')),
      number: number === undefined ? 1 : count(number),
      digest: words(member(table, 'digest')),
      owners: ownersOf(items(member(table, 'parts'))),
      columns: items(member(definition, 'columns')).map(decodeColumn),
    };
  });
}

/** Rows of each owner, in the order of their first part. */
function ownersOf(parts: readonly unknown[]): ListedVersion['owners'] {
  const rows = new Map<string, number>();
  for (const part of parts) {
    const owner = words(member(part, 'owner'));
    rows.set(owner, (rows.get(owner) ?? 0) + count(member(part, 'rows')));
  }
  return Array.from(rows, ([owner, sum]) => ({ owner, rows: sum }));
}

function decodeColumn(column: unknown): ListedColumn {
  const dictionary = member(column, 'dictionary');
  const reveal = member(column, 'reveal');
  return {
    name: words(member(column, 'name')),
    type: typeName(column),
    nullable: member(column, 'nullable') === true,
    reveal: reveal === undefined ? 'aggregate' : words(reveal),
    ...(dictionary === undefined ? {} : { dictionary: items(dictionary).length }),
  };
}

function typeName(column: unknown): string {
  const type = member(column, 'type');
  const kind = words(member(type, 'kind'));
  if (kind === 'integer') return words(member(type, 'name'));
  const number = (key: string) => count(member(type, key));
  if (kind === 'decimal') return `DECIMAL(${number('precision')},${number('scale')})`;
  const bytes = member(column, 'bytes');
  return bytes === undefined ? kind.toUpperCase() : `${kind.toUpperCase()}(${count(bytes)})`;
}
