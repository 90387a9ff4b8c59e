import {
  checkDefinition,
  checkOwners,
  PART_ROWS_MAX,
  TABLE_PARTS_MAX,
  TABLE_ROWS_MAX,
} from '../catalog/check-definition.ts';
import type { SharedDefinition } from '../catalog/table.ts';
import type { Certificate } from '../catalog/version.ts';
import { decodeCertificate, tableDefinition } from '../client/publish/reply-codec.ts';
import { items, member, words } from '../client/query/untrusted.ts';
import { TacitError } from '../errors/tacit-error.ts';
import { sorted } from '../receipt/encode.ts';
import type { ReceiptTable } from '../receipt/receipt.ts';
import { refuted } from './finding.ts';

/** A table as a receipt describes it, read and well-formed; nothing of it is proven yet. */
export interface NamedTable {
  readonly name: string;
  readonly version: number;
  readonly digest: string;
  readonly definition: SharedDefinition;
  readonly certificate: Certificate;
}

/**
 * Reads the definition and the certificate of a table. RECEIPT_INVALID if they have not their form, or say more than it: what is
 * not read would be signed for without anybody having looked at it.
 */
export function readTable({
  certificate,
  definition,
  digest,
  name,
  version,
}: ReceiptTable): NamedTable {
  const where = `table ${JSON.stringify(name)}`;
  return {
    ...{ name, version, digest },
    definition: exactly(definition, definitionOf, `the definition of ${where}`),
    certificate: exactly(certificate, certificateOf, `the certificate of ${where}`),
  };
}

function definitionOf(value: unknown): SharedDefinition {
  const definition = {
    table: tableDefinition(member(value, 'table')),
    owners: items(member(value, 'owners')).map(words),
  };
  checkDefinition(definition.table);
  checkOwners(definition.owners);
  return definition;
}

/** Within the limits of tables: a version of more rows than there can be would keep the planner busy for ever. */
function certificateOf(value: unknown): Certificate {
  const certificate = decodeCertificate(value);
  const { parts } = certificate.proposal;
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const isWithin =
    parts.length <= TABLE_PARTS_MAX &&
    parts.every((part) => part.rows <= PART_ROWS_MAX) &&
    rows <= TABLE_ROWS_MAX;
  if (isWithin) return certificate;
  throw refuted('the version has more parts or rows than a table may have');
}

function exactly<T>(value: object, read: (value: unknown) => T, what: string): T {
  let found: T;
  try {
    found = read(value);
  } catch (error) {
    if (!(error instanceof TacitError)) throw error;
    throw refuted(`${what} is malformed`);
  }
  if (JSON.stringify(sorted(found)) === JSON.stringify(sorted(value))) return found;
  throw refuted(`${what} says more than such a thing may say`);
}
