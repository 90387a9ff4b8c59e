import { publishPart } from '../../src/client/publish/publisher.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { loadKernels } from '../../src/engine/node-kernels.ts';
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

/** Every owner uploads its own rows with its own key. */
async function publishSource(
  { definition, parts }: TableSource,
  trial: TrialConsortium,
  signal: AbortSignal,
): Promise<void> {
  const context = { crypto: nodeCrypto, ...(await loadKernels()) };
  const owners = parts.map(({ owner }) => owner);
  for (const [slot, part] of parts.entries()) {
    signal.throwIfAborted();
    const parties = trial.owner(part.owner);
    for (const party of parties) await party.define(definition, owners);
    await publishPart(context, { definition, slot }, part, parties);
  }
}
