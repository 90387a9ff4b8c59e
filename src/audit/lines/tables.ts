import {
  definitionDigest,
  type Purpose,
  signedMessage,
  versionDigest,
} from '../../catalog/digest.ts';
import type { TablePart } from '../../catalog/table.ts';
import { fromHex } from '../../crypto/hex.ts';
import { holds, type Outcome, refuted } from '../finding.ts';
import type { PinnedConsortium } from '../pinned-consortium.ts';
import type { NamedTable } from '../read-table.ts';
import type { Subject } from '../subject.ts';

/**
 * Every version that was read is the one that its digest names, with the roots of its parts; its certificate is of its definition
 * and signed by a pinned owner and by every pinned party.
 */
export function tablesLine(subject: Subject): Outcome {
  const { pinned, tables } = subject;
  const names = tables.map(({ name }) => name.toLowerCase());
  if (new Set(names).size < names.length) throw refuted('a table is listed twice');
  for (const table of tables) {
    requireDigests(subject, table);
    requireParts(table);
    if (pinned) requireSignatures(subject, pinned, table);
  }
  if (tables.length === 0) return holds('the statement reads no table');
  const read = tables.map(describe).join('; ');
  if (!pinned) {
    return holds(
      `${read}: digests fit definitions, versions and roots of parts; signatures unchecked`,
    );
  }
  return holds(
    `${read}: signed by the owner who made the version and by all parties, as commitments to the shares that they hold`,
    'the owners published what they meant to',
  );
}

function describe({ certificate, name, version }: NamedTable): string {
  const { parts } = certificate.proposal;
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const owners = [...new Set(parts.map(({ owner }) => owner))].join(', ') || 'nobody';
  return `${name} version ${version}, ${rows} rows of ${owners}`;
}

function requireDigests({ platform }: Subject, table: NamedTable): void {
  const { certificate, definition, digest, name, version } = table;
  const { proposal } = certificate;
  const isNamed = proposal.table === name && definition.table.name === name;
  if (!isNamed || proposal.number !== version) {
    throw refuted(`the certificate of table ${name} is of another table or version`);
  }
  if (versionDigest(platform.crypto, proposal) !== digest) {
    throw refuted(`the version of table ${name} does not have the digest that the receipt names`);
  }
  if (definitionDigest(platform.crypto, definition) !== proposal.definition) {
    throw refuted(`the version of table ${name} is of another definition`);
  }
}

function requireParts({ certificate, definition, name }: NamedTable): void {
  const { owner, parts } = certificate.proposal;
  const ids = new Set(parts.map(({ id }) => id));
  if (ids.size < parts.length) throw refuted(`table ${name} has a part twice`);
  const stranger = [owner, ...parts.map((part: TablePart) => part.owner)].find(
    (one) => !definition.owners.includes(one),
  );
  if (stranger !== undefined) {
    throw refuted(`${JSON.stringify(stranger)} is no owner that the definition of ${name} lists`);
  }
}

function requireSignatures(
  { platform }: Subject,
  { members, parties, partiesDigest }: PinnedConsortium,
  { certificate, definition, digest, name }: NamedTable,
): void {
  const isSigned = (key: Uint8Array, purpose: Purpose, signature: string) => {
    const bytes = fromHex(signature) ?? new Uint8Array();
    return platform.keys.verify(key, signedMessage(purpose, partiesDigest, digest), bytes);
  };
  const owners = new Map(
    members.flatMap((member) =>
      member.roles.includes('owner') ? [[member.name, member.key] as const] : [],
    ),
  );
  const stranger = definition.owners.find((owner) => !owners.has(owner));
  if (stranger !== undefined) {
    throw refuted(`${JSON.stringify(stranger)}, an owner of table ${name}, is no pinned owner`);
  }
  const { owner } = certificate.proposal;
  const key = owners.get(owner) ?? new Uint8Array();
  if (!isSigned(key, 'tacit/proposal', certificate.ownerSignature)) {
    throw refuted(`the version of table ${name} is not signed by its owner ${owner}`);
  }
  if (certificate.signatures.length !== parties.length) {
    throw refuted(`the version of table ${name} is not signed by every party`);
  }
  for (const [k, party] of parties.entries()) {
    if (isSigned(party.key, 'tacit/version', certificate.signatures[k] ?? '')) continue;
    throw refuted(`the version of table ${name} is not signed by party ${k + 1} (${party.name})`);
  }
}
