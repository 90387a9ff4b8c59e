import { PART_ROWS_MAX } from '../../src/catalog/check-definition.ts';
import { acceptedDefinition } from '../../src/client/publish/definitions.ts';
import type { OwnerSession } from '../../src/client/publish/owner-session.ts';
import { publishRows } from '../../src/client/publish/publisher.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import type { DefinedTable } from '../../src/storage/share-store.ts';
import { asMember } from '../consortium/member.ts';
import { asOwner } from '../define/owner.ts';
import { type Ask, isConfirmed } from '../output/confirm.ts';
import { printable } from '../output/lines.ts';
import { untilInterrupted } from '../run/interrupt.ts';
import type { Output } from '../run/run-statements.ts';
import { type DeclaredRows, DeclaredTable } from '../sources/declared-table.ts';
import { count } from '../sources/describe.ts';
import { Duck } from '../sources/duckdb.ts';
import { openSources } from './open-sources.ts';
import { ownRows, preview } from './preview.ts';
import { ProgressBar } from './progress-bar.ts';
import { UploadPlace } from './upload-place.ts';

export interface PublishOptions {
  /** Directory of the owner. */
  readonly as: string;
  /** A SELECT over the sources; absent: all of their rows. */
  readonly query?: string;
  /** Instead of all rows that the owner has, not besides them. */
  readonly replace: boolean;
  /** Nobody is asked. */
  readonly yes: boolean;
}

/** What DuckDB may take beside the buffers of the upload, so that both stay below 512 MB. */
const MEMORY_LIMIT = '128MB';

/**
 * `tacit publish`: checks the rows of the sources against the accepted definition, shows what becomes public, uploads
 * shares and makes the table's next version. After a crash or an error the same command goes on. SOURCE_INVALID or
 * VALUE_OUT_OF_BOUNDS names source, row and column of what does not fit; then nothing was sent.
 */
export async function publishCommand(
  table: string,
  sources: readonly string[],
  options: PublishOptions,
  output: Output,
  ask: Ask,
): Promise<number> {
  return asMember(options.as, async (member) => {
    const session = asOwner(member);
    const defined = await acceptedDefinition(session, table);
    const place = await UploadPlace.open(options.as, table);
    const duck = await Duck.open(MEMORY_LIMIT);
    return untilInterrupted(
      async () => {
        const rows = await readSources(duck, sources, options.query, session, defined, output);
        return publish({ session, defined, place, rows, options, output, ask });
      },
      async () => {
        await duck.removeFiles();
        await place.close();
      },
    );
  });
}

/** Everything that one publication needs. */
interface Work {
  readonly session: OwnerSession;
  readonly defined: DefinedTable;
  readonly place: UploadPlace;
  readonly rows: DeclaredRows;
  readonly options: PublishOptions;
  readonly output: Output;
  readonly ask: Ask;
}

async function readSources(
  duck: Duck,
  sources: readonly string[],
  query: string | undefined,
  session: OwnerSession,
  { definition }: DefinedTable,
  output: Output,
): Promise<DeclaredRows> {
  const names = { owner: session.name, table: definition.table.name };
  const files = await openSources(duck, sources, query, names);
  const declared = await DeclaredTable.create(duck, definition.table, 'd');
  for (const file of files) {
    const unread = declared.unpublished(file).join(', ');
    const where = printable(`${file.source}: not in the definition, so not published: ${unread}`);
    if (unread !== '') output.stderr(`${where}\n`);
  }
  const rows = await declared.check(files);
  if (rows.rows <= PART_ROWS_MAX) return rows;
  const message = `${count(rows.rows, 'row')} at once; publish at most ${PART_ROWS_MAX}, then more`;
  throw new TacitError('UPLOAD_INVALID', message);
}

async function publish(work: Work): Promise<number> {
  const { ask, defined, options, output, place, rows, session } = work;
  const { name } = defined.definition.table;
  const operation = options.replace ? 'replace' : 'append';
  const before = await ownRows(session, name);
  output.stderr(preview(session, defined, operation, before, rows.rows));
  if (await place.isUnderWay()) output.stderr('An upload into this table was under way.\n');
  if (!(await isConfirmed('Publish these rows?', options.yes, ask))) {
    output.stderr('Nothing was published.\n');
    return 1;
  }
  const seconds = () => performance.now() / 1000;
  const started = seconds();
  const bar = new ProgressBar(rows.rows, output.stderr, process.stderr.isTTY === true, seconds);
  const context = { crypto: nodeCrypto, ...(await loadKernels()) };
  const { journal } = place;
  const onProgress = (done: number, total: number) => bar.show(done, total);
  const publication = { table: name, operation, part: rows, journal, onProgress } as const;
  const version = await publishRows(session, context, publication).finally(() => bar.end());
  const own = version.parts.filter(({ owner }) => owner === session.name);
  const sum = own.reduce((total, part) => total + part.rows, 0);
  output.stdout(
    `${printable(name)}: version ${version.number} with ${count(sum, 'row')} of ${session.name}, ` +
      `digest ${version.digest.slice(0, 16)}\n`,
  );
  const took = (seconds() - started).toFixed(1);
  const peak = Math.round((process.resourceUsage().maxRSS * 1024) / 1e6);
  output.stderr(`${count(rows.rows, 'row')} in ${took} s, at most ${peak} MB of memory\n`);
  return 0;
}
