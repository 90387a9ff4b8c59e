import type { Operation } from '../../src/catalog/version.ts';
import type { OwnerSession } from '../../src/client/publish/owner-session.ts';
import { toAll } from '../../src/client/publish/party-uploads.ts';
import type { DefinedTable } from '../../src/storage/share-store.ts';
import { spoken } from '../consortium/fingerprints.ts';
import { printable } from '../output/lines.ts';
import { count } from '../sources/describe.ts';

/** What an owner has in the newest version of a table that a party lists. */
export interface OwnRows {
  /** 0 if there is none. */
  readonly version: number;
  readonly rows: number;
}

export async function ownRows(session: OwnerSession, table: string): Promise<OwnRows> {
  const states = await toAll(session.parties, (party) => party.state(table));
  let newest: OwnRows = { version: 0, rows: 0 };
  for (const { head } of states) {
    if (!head || head.proposal.number <= newest.version) continue;
    const { number, parts } = head.proposal;
    const own = parts.filter(({ owner }) => owner === session.name);
    newest = { version: number, rows: own.reduce((sum, { rows }) => sum + rows, 0) };
  }
  return newest;
}

/** What becomes public by an operation, in plain words; a line per fact. */
export function preview(
  session: OwnerSession,
  { accepted, definition, digest }: DefinedTable,
  operation: Operation,
  before: OwnRows,
  rows: number,
): string {
  const { columns, name } = definition.table;
  const after = operation === 'append' ? before.rows + rows : rows;
  const kept = operation === 'append' ? 'stay' : 'go';
  const lines = [
    `table ${name}, definition signed by ${accepted.map(({ owner }) => owner).join(', ')}:`,
    `  ${spoken(digest)}`,
    `becomes public: ${count(after, 'row')} of ${session.name}` +
      (before.rows === 0
        ? ''
        : ` (${count(before.rows, 'row')} of version ${before.version} ${kept})`),
    `stays secret, as shares at three parties: every value of ${columns.map((c) => c.name).join(', ')}`,
  ];
  return `${lines.map(printable).join('\n')}\n`;
}
