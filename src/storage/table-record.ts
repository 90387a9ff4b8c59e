import type { SharedDefinition } from '../catalog/table.ts';
import type { Certificate, PendingVersion } from '../catalog/version.ts';
import { TacitError } from '../errors/tacit-error.ts';
import type { Acceptance, StoredVersion } from './share-store.ts';

/** A usable version as stored: the certificate, and the digest that it is about. */
export interface VersionRecord {
  readonly digest: string;
  readonly certificate: Certificate;
}

/** Everything a party keeps about a table besides its blocks. */
export interface TableRecord {
  readonly definition: SharedDefinition;
  readonly digest: string;
  readonly accepted: readonly Acceptance[];
  /** The newest first. */
  readonly versions: readonly VersionRecord[];
  readonly pending: PendingVersion | null;
  /** Parts whose blocks are to be deleted. */
  readonly retired: readonly string[];
}

/** Tables are found whatever the case of their name. */
export function tableKey(name: string): string {
  return name.toLowerCase();
}

/** Whether every owner that the definition lists has accepted it. */
export function isAccepted({ definition, accepted }: TableRecord): boolean {
  return definition.owners.every((owner) => accepted.some((entry) => entry.owner === owner));
}

/** What the catalog shows of a table. */
export function versionsOf({ definition, versions }: TableRecord): StoredVersion[] {
  const { owners, table } = definition;
  return versions.map(({ digest, certificate }) => {
    const { number, parts } = certificate.proposal;
    return { definition: table, parts, digest, number, owners, certificate };
  });
}

/** UPLOAD_INVALID: the request does not fit what is stored. */
export function invalid(message: string): TacitError {
  return new TacitError('UPLOAD_INVALID', message);
}

/** UPLOAD_CONFLICT: something else stands in its place already. */
export function conflict(message: string): TacitError {
  return new TacitError('UPLOAD_CONFLICT', message);
}

/** VERSION_STALE: another version was faster. */
export function stale(message: string): TacitError {
  return new TacitError('VERSION_STALE', message);
}
