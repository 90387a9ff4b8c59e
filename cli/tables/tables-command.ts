import { TacitError } from '../../src/errors/tacit-error.ts';
import type { PartyClient } from '../connect/party-client.ts';
import { asMember } from '../consortium/member.ts';
import { describeError, printable } from '../output/lines.ts';
import { layoutTable } from '../output/table.ts';
import type { Output } from '../run/run-statements.ts';
import { compareListings, type PartyListing, type TableView } from './compare-listings.ts';
import { decodeListing, type ListedVersion } from './listing.ts';

export interface TablesOptions {
  readonly as: string;
  readonly json: boolean;
}

/** `tacit tables`: exit code 0 if all parties answer and list the same. */
export async function tablesCommand(options: TablesOptions, output: Output): Promise<number> {
  const listings = await asMember(options.as, ({ connections }) =>
    Promise.all(connections.map((client) => list(client, output))),
  );
  const tables = compareListings(listings);
  const silent = listings.filter(({ versions }) => versions === undefined);
  if (options.json) output.stdout(`${JSON.stringify({ tables })}\n`);
  else if (silent.length < listings.length) output.stdout(describe(tables));
  const differs = tables.some(({ current, differences }) => !current || differences.length > 0);
  return silent.length === 0 && !differs ? 0 : 1;
}

async function list(client: PartyClient, output: Output): Promise<PartyListing> {
  try {
    const versions = decodeListing(await client.ask('GET', '/v1/tables'));
    return { party: client.name, versions };
  } catch (error) {
    if (!(error instanceof TacitError)) throw error;
    output.stderr(describeError(error));
    return { party: client.name, versions: undefined };
  }
}

function describe(tables: readonly TableView[]): string {
  if (tables.length === 0) return 'no tables\n';
  return tables.map(describeTable).join('\n');
}

function describeTable({ current, differences, name }: TableView): string {
  const notes = differences.map((difference) => `  ${printable(difference)}\n`).join('');
  if (current === undefined) return `${printable(name)}: no version is at all parties\n${notes}`;
  const rows = current.owners.reduce((sum, owner) => sum + owner.rows, 0);
  const version = `version ${current.number}, ${countRows(rows)}, digest ${current.digest.slice(0, 16)}`;
  const owners = current.owners.map((owner) => `${owner.owner} ${countRows(owner.rows)}`);
  const from = owners.length === 0 ? '' : `  from ${owners.join(', ')}\n`;
  const columns = layoutColumns(current).replaceAll(/^(?=.)/gm, '  ');
  return `${printable(`${name}: ${version}`)}\n${from}${notes}${columns}`;
}

function layoutColumns({ columns }: ListedVersion): string {
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
