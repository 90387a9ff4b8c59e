import { TacitError } from '../../src/errors/tacit-error.ts';
import { SECURITY_DEFAULT, type Security } from '../../src/program/program.ts';
import { certificateBytes, certificateKey, fingerprint } from './certificate.ts';
import { type Consortium, parseConsortium, ROLES } from './consortium.ts';
import type { PublicIdentity } from './public-identity.ts';

/** One identity of a consortium, and what merging it changed. */
export interface MergedEntry {
  readonly identity: PublicIdentity;
  /** SHA-256 of the certificate in hex. */
  readonly fingerprint: string;
  readonly change: 'new' | 'moved' | 'none';
}

export interface Merged {
  /** Content of consortium.json: whoever merges the same identities gets the same bytes. */
  readonly json: string;
  readonly consortium: Consortium;
  /** The consortium existed and had another security. */
  readonly changesSecurity: boolean;
  /** Parties in their order, then members in theirs. */
  readonly entries: readonly MergedEntry[];
}

/**
 * Adds public identities to a consortium, or makes the first one of them. Parties and members are ordered by name (by UTF-16
 * code units). A party that is known already may have new addresses. Limits stay, and the security what it was,
 * or active, unless it is given. CONFIG_INVALID if a name has another key, roles or
 * owner already, or if the parties are not three.
 */
export function mergeConsortium(
  existing: Consortium | undefined,
  added: readonly PublicIdentity[],
  security: Security = existing?.security ?? SECURITY_DEFAULT,
): Merged {
  const byName = new Map<string, MergedEntry>();
  for (const identity of existing ? identitiesOf(existing) : []) {
    byName.set(identity.name, { identity, fingerprint: print(identity), change: 'none' });
  }
  for (const identity of added) {
    const known = byName.get(identity.name);
    byName.set(identity.name, known ? merge(known, identity) : addNew(byName, identity));
  }
  const entries = [...byName.values()].sort((a, b) => (a.identity.name < b.identity.name ? -1 : 1));
  const isParty = ({ identity }: MergedEntry) => identity.roles.includes('party');
  const parties = entries.filter(isParty);
  if (parties.length !== 3) {
    const names = parties.map(({ identity }) => identity.name).join(', ') || 'none';
    const message = `a consortium has three parties; these files name ${parties.length} (${names})`;
    throw new TacitError('CONFIG_INVALID', message);
  }
  const members = entries.filter((entry) => !isParty(entry));
  const json = `${JSON.stringify(describe(parties, members, security, existing?.limits), null, 2)}\n`;
  const changesSecurity = existing !== undefined && existing.security !== security;
  const consortium = parseConsortium(json);
  return { json, consortium, changesSecurity, entries: [...parties, ...members] };
}

function addNew(known: ReadonlyMap<string, MergedEntry>, identity: PublicIdentity): MergedEntry {
  const own = print(identity);
  for (const other of known.values()) {
    if (other.fingerprint !== own) continue;
    throw conflict(identity, `has the key of ${JSON.stringify(other.identity.name)}`);
  }
  return { identity, fingerprint: own, change: 'new' };
}

function merge(known: MergedEntry, identity: PublicIdentity): MergedEntry {
  const before = known.identity;
  if (print(identity) !== known.fingerprint) {
    const keys = `known is the fingerprint ${known.fingerprint}, added ${print(identity)}`;
    throw conflict(identity, `has another key already: ${keys}`);
  }
  if (identity.roles.join() !== before.roles.join()) {
    throw conflict(identity, `has the role ${before.roles.join(', ')} already`);
  }
  const moved = identity.control !== before.control || identity.exchange !== before.exchange;
  if (!moved) return known;
  return { ...known, identity, change: known.change === 'new' ? 'new' : 'moved' };
}

function conflict({ name }: PublicIdentity, what: string): TacitError {
  return new TacitError('CONFIG_INVALID', `${JSON.stringify(name)} ${what}`);
}

function identitiesOf({ parties, members }: Consortium): PublicIdentity[] {
  return [
    ...parties.map(({ name, certificate, control, exchange }): PublicIdentity => {
      return { format: 1, name, roles: ['party'], certificate, control, exchange };
    }),
    ...members.map(({ name, roles, certificate }): PublicIdentity => {
      return { format: 1, name, roles, certificate };
    }),
  ];
}

function describe(
  parties: readonly MergedEntry[],
  members: readonly MergedEntry[],
  security: Security,
  limits: Consortium['limits'],
) {
  return {
    format: 1,
    threshold: 1,
    security,
    ...(limits && { limits }),
    tls: true,
    parties: parties.map(({ identity: { name, certificate, control, exchange } }, index) => {
      const identityKey = certificateKey(certificate)?.toString('base64');
      return { name, index, control, exchange, certificate, identityKey };
    }),
    members: members.map(({ identity: { name, roles, certificate } }) => {
      return { name, roles: ROLES.filter((role) => roles.includes(role)), certificate };
    }),
  };
}

function print({ certificate }: PublicIdentity): string {
  return fingerprint(certificateBytes(certificate));
}
