import { PART_ROWS_MAX } from '../catalog/check-definition.ts';
import { limbCount, type TableDefinition } from '../catalog/table.ts';
import { TacitError } from '../errors/tacit-error.ts';
import { BLOCK_ROWS } from '../field/planes.ts';
import type { BlockKey, PendingPart, StoredUnit, Upload, UploadCommitment } from './share-store.ts';
import { conflict, invalid, isAccepted, type TableRecord, tableKey } from './table-record.ts';

/** Uploads of one owner that are in no kept version, whatever they were proposed for. */
export const OPEN_UPLOADS_MAX = 64;

const PART_ID = /^[0-9a-f]{8,64}$/;

/** Whether the upload may start or go on; UPLOAD_INVALID or UPLOAD_CONFLICT if not. */
export function checkBegin(
  table: TableRecord | undefined,
  existing: Upload | undefined,
  part: PendingPart,
): void {
  if (!PART_ID.test(part.id)) throw invalid('an upload id is 8 to 64 lower-case hex digits');
  if (!Number.isInteger(part.rows) || part.rows < 0 || part.rows > PART_ROWS_MAX) {
    throw invalid(`upload ${part.id}: expected 0 to ${PART_ROWS_MAX} rows`);
  }
  if (!table) throw invalid(`table ${part.table} is not defined`);
  const { name } = table.definition.table;
  if (part.definition !== table.digest) {
    throw conflict(`table ${name} has another definition here; read it again and publish again`);
  }
  if (!table.definition.owners.includes(part.owner)) {
    throw invalid(`"${part.owner}" is not an owner that the definition of table ${name} lists`);
  }
  if (!isAccepted(table)) {
    throw invalid(`not every owner has accepted the definition of table ${name}`);
  }
  if (table.retired.includes(part.id)) {
    throw conflict(`upload ${part.id} was replaced or dropped; publish under a fresh id`);
  }
  if (existing && !isSame(existing, part)) {
    throw conflict(`upload ${part.id} is another one: its owner, table or rows differ`);
  }
}

function isSame(a: PendingPart, b: PendingPart): boolean {
  const sameTable = tableKey(a.table) === tableKey(b.table) && a.definition === b.definition;
  return sameTable && a.owner === b.owner && a.rows === b.rows;
}

/** How many units a part consists of: every column of every started BLOCK_ROWS rows. */
export function unitCount(definition: TableDefinition, rows: number): number {
  return Math.ceil(rows / BLOCK_ROWS) * definition.columns.length;
}

/** The blocks of one unit, in the order in which they are written. */
export function unitKeys(definition: TableDefinition, part: string, unit: number): BlockKey[] {
  const column = unit % definition.columns.length;
  const block = Math.floor(unit / definition.columns.length);
  const described = definition.columns[column];
  if (!described) throw new RangeError(`unit ${unit}`);
  const place = { part, column, block };
  const limbs = Array.from({ length: limbCount(described) }, (_, limb): BlockKey => {
    return { ...place, form: 'field', limb };
  });
  const besides: BlockKey[] = [{ ...place, form: 'leaves', limb: 0 }];
  if (unit === 0) besides.push(saltsKey(part));
  return [{ ...place, form: 'boolean', limb: 0 }, ...limbs, ...besides];
}

/** Where the seeds of a part's salts are. */
export function saltsKey(part: string): BlockKey {
  return { part, column: 0, form: 'salts', limb: 0, block: 0 };
}

/** The upload after units have been added; UPLOAD_INVALID unless they are the next ones, each with its very blocks. */
export function addUnits(
  table: TableRecord,
  part: Upload | undefined,
  id: string,
  first: number,
  units: readonly StoredUnit[],
): Upload {
  if (!part || part.committed) throw invalid(`upload ${printId(id)} is not open; begin it again`);
  const definition = table.definition.table;
  if (first !== part.held) {
    throw invalid(`upload ${id} goes on with unit ${part.held}, not ${first}; begin it again`);
  }
  const held = first + units.length;
  if (held > unitCount(definition, part.rows)) throw invalid(`upload ${id} has too many blocks`);
  units.forEach((blocks, k) => {
    const expected = unitKeys(definition, id, first + k);
    const fits = expected.length === blocks.length && expected.every(isAt(blocks));
    if (!fits)
      throw invalid(`upload ${id}: unit ${first + k} does not have the blocks it must have`);
  });
  return { ...part, held };
}

function isAt(blocks: StoredUnit): (key: BlockKey, k: number) => boolean {
  return (a, k) => {
    const b = blocks[k]?.key;
    const samePlace = a.part === b?.part && a.column === b.column && a.block === b.block;
    return samePlace && a.form === b.form && a.limb === b.limb;
  };
}

/** The upload as committed; UPLOAD_INVALID if a unit has not arrived. */
export function commitUpload(
  definition: TableDefinition,
  part: Upload,
  { audit, extra, root }: UploadCommitment,
): Upload {
  checkComplete(definition, part);
  return { ...part, committed: true, root, extra, ...(audit && { audit }) };
}

/** UPLOAD_INVALID if a unit of the upload has not arrived. */
export function checkComplete(definition: TableDefinition, part: Upload): void {
  if (part.held >= unitCount(definition, part.rows)) return;
  const { columns } = definition;
  const block = Math.floor(part.held / columns.length);
  const what = `block ${block} of column ${columns[part.held % columns.length]?.name}`;
  throw invalid(`upload ${part.id} is not complete: ${what} has not arrived; send it`);
}

/** The table with the upload among what is to be deleted; UPLOAD_CONFLICT if a version has it or was promised it. */
export function discardUpload(table: TableRecord, part: Upload): TableRecord {
  const [head] = table.versions;
  const isPending = part.promised > (head?.certificate.proposal.number ?? 0);
  const isUsed = [...table.versions.map(({ certificate }) => certificate), table.pending].some(
    (version) => version?.proposal.parts.some(({ id }) => id === part.id),
  );
  if (isUsed || isPending || table.retired.includes(part.id)) {
    const name = table.definition.table.name;
    throw conflict(`upload ${part.id} belongs to a version of table ${name}, or to a proposed one`);
  }
  return { ...table, retired: [...table.retired, part.id] };
}

/**
 * UPLOAD_CONFLICT if the owner has {@link OPEN_UPLOADS_MAX} already. Proposals cost nothing, so a promised upload counts
 * until a version has it; one whose number went to another version can be discarded.
 */
export function checkOpenUploads(
  owner: string,
  uploads: Iterable<Upload>,
  table: (key: string) => TableRecord | undefined,
): void {
  const settled = new Map<string, ReadonlySet<string>>();
  let open = 0;
  for (const upload of uploads) {
    if (upload.owner !== owner) continue;
    const key = tableKey(upload.table);
    const ids = settled.get(key) ?? settledParts(table(key));
    settled.set(key, ids);
    if (!ids.has(upload.id)) open++;
  }
  if (open < OPEN_UPLOADS_MAX) return;
  throw conflict(`${OPEN_UPLOADS_MAX} uploads of "${owner}" are unfinished; discard some first`);
}

/** Parts of kept versions, and those that wait for their deletion. */
function settledParts(table: TableRecord | undefined): ReadonlySet<string> {
  const kept = table?.versions.flatMap(({ certificate }) => certificate.proposal.parts) ?? [];
  return new Set([...kept.map(({ id }) => id), ...(table?.retired ?? [])]);
}

export function unknownUpload(id: string): TacitError {
  return invalid(`upload ${printId(id)} is unknown; begin it again`);
}

function printId(id: string): string {
  return PART_ID.test(id) ? id : 'id';
}

/** The block's bytes; STORAGE_CORRUPT if they are missing or not `length` long. */
export function checkedBlock(
  bytes: Uint8Array | undefined,
  key: BlockKey,
  length: number,
): Uint8Array {
  if (bytes?.length === length) return bytes;
  const { part, column, form, limb, block } = key;
  const what = bytes ? `has ${bytes.length} bytes instead of ${length}` : 'is missing';
  throw new TacitError(
    'STORAGE_CORRUPT',
    `block ${block} of column ${column} (${form}, limb ${limb}) of part ${part} ${what}`,
  );
}
