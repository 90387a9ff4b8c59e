import { totalsOf } from '../../src/catalog/audited.ts';
import type { ColumnDefinition } from '../../src/catalog/table.ts';
import { acceptDefinition, proposeDefinition } from '../../src/client/publish/definitions.ts';
import { publishRows } from '../../src/client/publish/publisher.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import { invariant } from '../../src/errors/tacit-error.ts';
import type { TableConfig } from '../config.ts';
import { SourceReader, type TableSource } from '../sources/table-source.ts';
import type { TrialConsortium } from './trial-consortium.ts';

/** Receives one line of progress, warning or disclosure at a time, without the line break. */
export type Say = (line: string) => void;

/** Reads, infers and publishes tables one after another, so that one table's rows are in memory. */
export async function publishTables(
  tables: readonly TableConfig[],
  trial: Promise<TrialConsortium>,
  say: Say,
  signal: AbortSignal,
): Promise<void> {
  if (tables.length === 0) return;
  const reader = await SourceReader.open();
  try {
    for (const table of tables) {
      signal.throwIfAborted();
      const started = performance.now();
      const source = await reader.read(table);
      await publishSource(source, await trial, signal);
      await source.close();
      const seconds = ((performance.now() - started) / 1000).toFixed(2);
      for (const warning of source.warnings) say(`warning: ${warning}`);
      say(`published ${table.name} in ${seconds} s; this became public:`);
      for (const fact of source.published) say(`  ${fact}`);
    }
  } finally {
    await reader.close();
  }
}

/** Every owner accepts the definition, then each uploads its own rows, all with their own keys. */
async function publishSource(
  { definition, isDeclared, parts }: TableSource,
  trial: TrialConsortium,
  signal: AbortSignal,
): Promise<void> {
  const context = { crypto: nodeCrypto, ...(await loadKernels()) };
  const columns = isDeclared ? definition.columns : definition.columns.map(forTrial);
  const owners = [...new Set(parts.map(({ owner }) => owner))];
  const shared = { table: { ...definition, columns }, owners };
  const sessions = new Map(owners.map((owner) => [owner, trial.session(owner)]));
  for (const session of sessions.values()) {
    await proposeDefinition(session, shared);
    await acceptDefinition(session, shared);
  }
  for (const part of parts) {
    signal.throwIfAborted();
    const session = sessions.get(part.owner);
    invariant(session, 'every part has an owner');
    const counted = { rows: part.rows, blocks: () => part.blocks(), counted: !isDeclared };
    const publication = { table: definition.name, operation: 'append', part: counted } as const;
    await publishRows(session, context, publication);
  }
}

/**
 * One person's trial: the rows are the analyst's own, and receipts prove what they can. Who declares a table says both.
 */
function forTrial(column: ColumnDefinition): ColumnDefinition {
  const audit = totalsOf(column).length > 0 ? { audit: true as const } : {};
  return { ...column, reveal: 'rows', ...audit };
}
