import { join } from 'node:path';
import { ResumeFile } from '../../cli/connect/resume-file.ts';
import { planeCount, type TableDefinition } from '../../src/catalog/table.ts';
import { publishRows } from '../../src/client/publish/publisher.ts';
import type { OnProgress, PublishPart } from '../../src/client/publish/upload-part.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import { BLOCK_ROWS, planeBytes } from '../../src/field/planes.ts';
import { blockRows } from '../../src/storage/leaf-check.ts';
import { type LmdbStore, openLmdbStore } from '../../src/storage/lmdb-store.ts';
import { defineInProcess } from '../oracle/publish.ts';

const integer = { kind: 'integer', name: 'BIGINT' } as const;
const COLUMNS = 4;
const definition: TableDefinition = {
  name: 'rows',
  columns: Array.from({ length: COLUMNS }, (_, k) => ({
    ...{ name: `c${k}`, type: integer, nullable: false },
    bounds: { min: 0n, max: (1n << 20n) - 1n },
  })),
  keys: [],
};

export const OWNER = 'owner';
export const ROWS = 5 * BLOCK_ROWS + 1000;

/** The value in a row and column; `version` makes other rows. */
function cellOf(row: number, column: number, version: number): number {
  return (row * 31 + column * 7919 + version * 104_729) % (1 << 20);
}

/** The rows; those of `changed` are of version 1. */
export function rows(changed: (block: number) => boolean = () => false): PublishPart {
  return {
    rows: ROWS,
    blocks: async function* () {
      for (let block = 0; blockRows(ROWS, block) > 0; block++) {
        const version = changed(block) ? 1 : 0;
        yield definition.columns.map((_, column) => ({
          values: BigInt64Array.from({ length: blockRows(ROWS, block) }, (_, row) =>
            BigInt(cellOf(block * BLOCK_ROWS + row, column, version)),
          ),
        }));
      }
    },
  };
}

/** The three parties' stores on disk. */
export function openStores(dir: string): Promise<LmdbStore[]> {
  const open = (party: number) =>
    openLmdbStore({ path: join(dir, `party-${party}`), crypto: nodeCrypto, role: 'writer' });
  return Promise.all([0, 1, 2].map(open));
}

/** Publishes rows with the journal of a directory, at parties that have just started. */
export async function publishResumable(
  dir: string,
  stores: readonly LmdbStore[],
  part: PublishPart,
  onProgress: OnProgress,
): Promise<void> {
  const context = { crypto: nodeCrypto, ...(await loadKernels()) };
  const sessions = await defineInProcess(context, { table: definition, owners: [OWNER] }, stores);
  const session = sessions.get(OWNER);
  if (!session) throw new TypeError('the owner');
  const journal = new ResumeFile(join(dir, 'resume'));
  const table = definition.name;
  await publishRows(session, context, { table, operation: 'append', part, journal, onProgress });
}

/** Rows of the newest version that do not have the value they should, from the planes of all parties. */
export function wrongRows(
  stores: readonly LmdbStore[],
  changed: (block: number) => boolean = () => false,
): number {
  const [part, ...others] = stores[0]?.tables()[0]?.parts ?? [];
  if (part?.rows !== ROWS || others.length > 0) throw new TypeError('one part of all rows');
  let wrong = 0;
  for (const [column, declared] of definition.columns.entries()) {
    const planes = planeCount(declared);
    for (let block = 0; blockRows(ROWS, block) > 0; block++) {
      const lanes = planeBytes(blockRows(ROWS, block));
      const key = { part: part.id, column, block, limb: 0, form: 'boolean' } as const;
      const shares = stores.map((store) => store.read(key, 2 * planes * lanes).slice());
      const version = changed(block) ? 1 : 0;
      for (let row = 0; row < blockRows(ROWS, block); row++) {
        const expected = cellOf(block * BLOCK_ROWS + row, column, version);
        if (valueAt(shares, planes, lanes, row) !== expected) wrong++;
      }
    }
  }
  return wrong;
}

/** A value from the left components of all parties; -1 if a right one is not its neighbour's left one. */
function valueAt(
  shares: readonly Uint8Array[],
  planes: number,
  lanes: number,
  row: number,
): number {
  let value = 0;
  for (let plane = 0; plane < planes; plane++) {
    const at = 2 * plane * lanes + (row >> 3);
    const left = shares.map((share) => share[at] ?? 0);
    const isNeighbour = shares.every((share, party) => share[at + lanes] === left[(party + 1) % 3]);
    if (!isNeighbour) return -1;
    const byte = left.reduce((xor, component) => xor ^ component, 0);
    value |= ((byte >> (row & 7)) & 1) << plane;
  }
  return value;
}
