import type { TableVersion } from '../catalog/table.ts';
import { newestCommon, type VersionId } from '../catalog/version.ts';
import { hex } from '../crypto/hex.ts';
import { TacitError } from '../errors/tacit-error.ts';
import { OFFER_BYTES } from '../program/steps.ts';

/** One version in an offer: its number and the beginning of its digest. */
const ENTRY_BYTES = 16;
const NUMBER_BYTES = 4;
const ENTRIES = OFFER_BYTES / ENTRY_BYTES;
/** Hex digits of a digest in an offer. The program's digest binds all of them. */
const TAG_DIGITS = 2 * (ENTRY_BYTES - NUMBER_BYTES);

/** Tables that one statement may name. */
export const TABLES_MAX = ENTRIES;

/** A party's usable versions of the named tables: by table in the order of names, newest first. */
export type Usable<T extends TableVersion = TableVersion> = readonly (readonly T[])[];

/** What of a party's tables a statement may use; `tables` may hold several versions of one table. */
export function usableVersions<T extends TableVersion>(
  tables: readonly T[],
  names: readonly string[],
): Usable<T> {
  return names.map((name) =>
    tables
      .filter(({ definition }) => definition.name.toLowerCase() === name)
      .sort((a, b) => b.number - a.number)
      .slice(0, entriesPerTable(names)),
  );
}

/** The newest version of every table. */
export function newestOfEach(tables: readonly TableVersion[]): readonly TableVersion[] {
  const newest = new Map<string, TableVersion>();
  for (const table of tables) {
    const name = table.definition.name.toLowerCase();
    if ((newest.get(name)?.number ?? 0) < table.number) newest.set(name, table);
  }
  return [...newest.values()];
}

/**
 * The versions as {@link OFFER_BYTES} bytes, whatever they are: every table has equally many entries of version number (32
 * bits, little-endian) and 12 bytes of the digest, newest first; an unused entry is 0.
 */
export function encodeOffer(names: readonly string[], usable: Usable): Uint8Array {
  const bytes = new Uint8Array(OFFER_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [table, versions] of usable.entries()) {
    for (const [k, { digest, number }] of versions.entries()) {
      const at = ENTRY_BYTES * (table * entriesPerTable(names) + k);
      view.setUint32(at, number, true);
      for (let i = 0; i < TAG_DIGITS / 2; i++) {
        bytes[at + NUMBER_BYTES + i] = Number.parseInt(digest.slice(2 * i, 2 * i + 2), 16);
      }
    }
  }
  return bytes;
}

/**
 * For each named table the newest version that all parties' offers contain; `usable` is this party's own. The same at
 * every party. PLAN_MISMATCH names a table without such a version, and what each party offers.
 */
export function agreeOnVersions<T extends TableVersion>(
  names: readonly string[],
  usable: Usable<T>,
  offers: readonly Uint8Array[],
): readonly T[] {
  return names.map((name, table) => {
    const lists = offers.map((offer) => decodeEntries(names, offer, table));
    const common = newestCommon(lists, name);
    const agreed = usable[table]?.find(({ digest }) => digest.startsWith(common?.digest ?? '?'));
    if (agreed !== undefined) return agreed;
    const offered = lists.map((list, party) => {
      const versions = list.map(({ digest, number }) => `${number} (${digest.slice(0, 8)})`);
      return `party ${party + 1} lists ${versions.join(', ') || 'none'}`;
    });
    throw new TacitError(
      'PLAN_MISMATCH',
      `no version of table "${name}" is usable at all parties: ${offered.join(', ')}`,
    );
  });
}

function entriesPerTable(names: readonly string[]): number {
  return Math.floor(ENTRIES / Math.max(1, names.length));
}

function decodeEntries(
  names: readonly string[],
  offer: Uint8Array,
  table: number,
): readonly VersionId[] {
  const view = new DataView(offer.buffer, offer.byteOffset, offer.byteLength);
  const count = entriesPerTable(names);
  return Array.from({ length: count }, (_, k) => ENTRY_BYTES * (table * count + k))
    .map((at) => ({
      table: names[table] ?? '',
      number: view.getUint32(at, true),
      digest: hex(offer.subarray(at + NUMBER_BYTES, at + ENTRY_BYTES)),
    }))
    .filter(({ number }) => number > 0);
}
