import { decodeDefinitions, decodeTables } from '../../src/client/publish/reply-codec.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import type { PartyClient } from '../connect/party-client.ts';
import { asMember } from '../consortium/member.ts';
import { describeError, printable } from '../output/lines.ts';
import { layoutTable } from '../output/table.ts';
import type { Output } from '../run/run-statements.ts';
import { compareListings, type PartyListing, type TableView } from './compare-listings.ts';
import { type ListedColumn, listDefinition, listVersion } from './listing.ts';

export interface TablesOptions {
  /** Directory of an owner, analyst or admin. */
  readonly as: string;
  readonly json: boolean;
}

/** `tacit tables`: exit code 0 if all parties answer and list the same. */
export async function tablesCommand(options: TablesOptions, output: Output): Promise<number> {
  const answers = await asMember(options.as, ({ connections }) =>
    Promise.allSettled(connections.map(listTables)),
  );
  const listings: PartyListing[] = [];
  for (const answer of answers) {
    if (answer.status === 'fulfilled') listings.push(answer.value);
    else if (answer.reason instanceof TacitError) output.stderr(describeError(answer.reason));
    else throw answer.reason;
  }
  if (listings.length === 0) return 1;
  const tables = compareListings(listings);
  output.stdout(options.json ? `${JSON.stringify({ tables })}\n` : describe(tables));
  const isSame = tables.every(({ differences }) => differences.length === 0);
  return listings.length === answers.length && isSame ? 0 : 1;
}

/** What one party lists. */
export async function listTables(party: PartyClient): Promise<PartyListing> {
  const [versions, definitions] = await Promise.all([
    party.exchange({ method: 'GET', path: '/v1/tables' }),
    party.exchange({ method: 'GET', path: '/v1/definitions' }),
  ]);
  return {
    party: party.name,
    versions: decodeTables(versions).map(listVersion),
    definitions: decodeDefinitions(definitions).map(listDefinition),
  };
}

function describe(tables: readonly TableView[]): string {
  if (tables.length === 0) return 'no tables\n';
  return tables.map(describeTable).join('\n');
}

function describeTable({ current, definition, differences, name, unsigned }: TableView): string {
  const rows = current?.owners.reduce((sum, owner) => sum + owner.rows, 0) ?? 0;
  const state = current
    ? `version ${current.number}, ${countRows(rows)}, digest ${current.digest.slice(0, 16)}`
    : 'no rows yet';
  const notes = [
    ...(current?.owners.map(({ owner, rows }) => `${owner}: ${countRows(rows)}`) ?? []),
    ...unsigned.map((owner) => `${owner} has not signed the definition`),
    ...differences,
  ];
  const columns = current?.columns ?? definition?.columns ?? [];
  const lines = [`${name}: ${state}`, ...notes.map((note) => `  ${note}`)];
  const text = lines.map((line) => `${printable(line)}\n`).join('');
  return text + layoutColumns(columns).replaceAll(/^(?=.)/gm, '  ');
}

function layoutColumns(columns: readonly ListedColumn[]): string {
  const head = ['column', 'type', 'NULL', 'reveal', 'dictionary'];
  return layoutTable({
    columns: head.map((name) => ({ name, type: 'VARCHAR' })),
    rows: columns.map(({ dictionary, name, nullable, reveal, type }) => {
      const size = dictionary === undefined ? '' : `${dictionary}`;
      return [name, type, nullable ? 'yes' : 'no', reveal, size];
    }),
  });
}

function countRows(rows: number): string {
  return rows === 1 ? '1 row' : `${rows} rows`;
}
