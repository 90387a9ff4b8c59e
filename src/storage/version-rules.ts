import { TABLE_PARTS_MAX, TABLE_ROWS_MAX } from '../catalog/check-definition.ts';
import { versionDigest } from '../catalog/digest.ts';
import type { TablePart } from '../catalog/table.ts';
import {
  type Certificate,
  type PendingVersion,
  partsAfter,
  type VersionProposal,
} from '../catalog/version.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { TacitError } from '../errors/tacit-error.ts';
import type { Upload } from './share-store.ts';
import { conflict, invalid, isAccepted, stale, type TableRecord } from './table-record.ts';

/** Usable versions kept: queries may still be on the one before the newest, and other parties one behind. */
const VERSIONS_KEPT = 2;

type FindUpload = (id: string) => Upload | undefined;

/** Parts that a proposal adds to the newest version here. */
export function addedParts(
  table: TableRecord,
  { operation, owner, parts }: VersionProposal,
): TablePart[] {
  const base = table.versions[0]?.certificate.proposal.parts ?? [];
  return parts.slice(partsAfter(base, operation, owner, []).length);
}

/**
 * Whether a proposed version may follow the newest one here. VERSION_STALE if it is not based on it; UPLOAD_INVALID if
 * it changes rows of others, names parts that are not committed here, or breaks a limit; COMMITMENT_MISMATCH if a new
 * part's root is not that of the leaves that this party received.
 */
export function checkProposal(
  table: TableRecord,
  proposal: VersionProposal,
  upload: FindUpload,
): void {
  const { name } = table.definition.table;
  const where = `version ${proposal.number} of table ${name}`;
  if (proposal.definition !== table.digest) {
    throw conflict(`${where} is for another definition of the table`);
  }
  if (!isAccepted(table)) {
    throw invalid(`not every owner has accepted the definition of table ${name}`);
  }
  if (!table.definition.owners.includes(proposal.owner)) {
    throw invalid(`"${proposal.owner}" is not an owner that the definition of table ${name} lists`);
  }
  const { base, number } = next(table);
  if (proposal.number !== number || proposal.base !== base) {
    throw stale(`${where} is not based on the newest version here, which is ${number - 1}`);
  }
  checkParts(table, proposal, where, upload);
}

function checkParts(
  table: TableRecord,
  proposal: VersionProposal,
  where: string,
  upload: FindUpload,
): void {
  const { operation, owner, parts } = proposal;
  const base = table.versions[0]?.certificate.proposal.parts ?? [];
  const added = addedParts(table, proposal);
  const expected = partsAfter(base, operation, owner, added);
  if (expected.length !== parts.length || !expected.every(isAt(parts))) {
    throw invalid(`${where} changes rows that are not its owner's`);
  }
  if ((operation === 'drop') !== (added.length === 0)) {
    throw invalid(`${where}: append and replace add parts, drop does not`);
  }
  for (const part of added) {
    const found = upload(part.id);
    if (table.retired.includes(part.id)) {
      throw invalid(
        `${where}: upload ${part.id} was replaced or dropped; publish under a fresh id`,
      );
    }
    const isOwn = found?.owner === owner && part.owner === owner && found.rows === part.rows;
    if (!found?.committed || !isOwn || found.definition !== table.digest) {
      throw invalid(`${where}: upload ${part.id} is not committed here as the owner's part`);
    }
    if (found.root !== part.root) {
      const message = `${where}: upload ${part.id} arrived here with other leaves than it was signed with`;
      throw new TacitError('COMMITMENT_MISMATCH', message);
    }
  }
  const ids = [...base, ...added].map(({ id }) => id);
  if (new Set(ids).size < ids.length) throw invalid(`${where} has a part twice`);
  if (parts.length > TABLE_PARTS_MAX) {
    throw invalid(`${where} would have more than ${TABLE_PARTS_MAX} parts; replace yours by one`);
  }
  if (parts.reduce((sum, { rows }) => sum + rows, 0) > TABLE_ROWS_MAX) {
    throw invalid(`${where} would have more than ${TABLE_ROWS_MAX} rows`);
  }
}

function isAt(parts: readonly TablePart[]): (part: TablePart, k: number) => boolean {
  return ({ id, owner, root, rows }, k) => {
    const other = parts[k];
    const isSame = other?.id === id && other.owner === owner && other.rows === rows;
    return isSame && other.root === root;
  };
}

/** Number and base of the version that comes next here. */
function next(table: TableRecord): { readonly number: number; readonly base: string } {
  const [head] = table.versions;
  if (!head) return { number: 1, base: table.digest };
  return { number: head.certificate.proposal.number + 1, base: head.digest };
}

/** The table bound to a version of the next number; VERSION_STALE if it is bound to another one already. */
export function bindVersion(
  crypto: CryptoProvider,
  table: TableRecord,
  pending: PendingVersion,
  upload: FindUpload,
): TableRecord {
  const digest = versionDigest(crypto, pending.proposal);
  // Who asks again after the version has become usable here gets the same signature again.
  if (table.versions[0]?.digest === digest) return table;
  checkProposal(table, pending.proposal, upload);
  if (table.pending && versionDigest(crypto, table.pending.proposal) !== digest) {
    const { number, table: name } = pending.proposal;
    throw stale(`another version ${number} of table ${name} was signed here; finish it first`);
  }
  return { ...table, pending };
}

/** The table with a new usable version; VERSION_STALE if it is not the next one. */
export function certifyVersion(
  crypto: CryptoProvider,
  table: TableRecord,
  certificate: Certificate,
  upload: FindUpload,
): TableRecord {
  const digest = versionDigest(crypto, certificate.proposal);
  if (table.versions.some((version) => version.digest === digest)) return table;
  checkProposal(table, certificate.proposal, upload);
  const { ownerSignature, proposal, signatures } = certificate;
  const newest = { digest, certificate: { proposal, ownerSignature, signatures } };
  const all = [newest, ...table.versions];
  const versions = all.slice(0, VERSIONS_KEPT);
  const ids = (list: TableRecord['versions']) =>
    list.flatMap((version) => version.certificate.proposal.parts.map(({ id }) => id));
  const kept = new Set(ids(versions));
  const retired = ids(all.slice(VERSIONS_KEPT)).filter((id) => !kept.has(id));
  return { ...table, versions, pending: null, retired: [...table.retired, ...retired] };
}
