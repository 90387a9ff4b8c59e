import { hex } from '../crypto/hex.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { TacitError } from '../errors/tacit-error.ts';
import { JOIN_ROWS_TOP, type PlanLimits } from '../planner/limits.ts';
import { canonicalBytes } from '../program/canonical.ts';
import type { Security } from '../program/program.ts';
import { type Field, listOf, members, textOf, wholeOf, wordOf } from '../receipt/fields.ts';
import { derOf, ed25519KeyOf } from './certificate-key.ts';

/** Who belongs to a consortium by the file that the auditor has chosen to believe. Nothing of it comes from a receipt. */
export interface PinnedConsortium {
  readonly threshold: number;
  readonly security: Security;
  /** Absent: the defaults. */
  readonly limits?: PlanLimits;
  /** In the order of their index. */
  readonly parties: readonly { readonly name: string; readonly key: Uint8Array }[];
  readonly members: readonly PinnedMember[];
  /** What sessions are bound to: parties, members, security, limits. */
  readonly digest: string;
  /** What signatures of tables are bound to: the parties. */
  readonly partiesDigest: Uint8Array;
}

export interface PinnedMember {
  readonly name: string;
  readonly roles: readonly string[];
  readonly key: Uint8Array;
  /** SHA-256 of the certificate in hex. */
  readonly fingerprint: string;
}

const TEXT_MAX = 1 << 16;
const PARTIES_MAX = 16;
const MEMBERS_MAX = 4096;
const ROLES = ['owner', 'analyst', 'admin'] as const;
const SECURITY: readonly Security[] = ['active', 'passive'];

/** Reads the text of a `consortium.json`; CONFIG_INVALID names what is wrong with it. Runs in a browser, too. */
export function pinConsortium(
  crypto: Pick<CryptoProvider, 'sha256'>,
  json: string,
): PinnedConsortium {
  try {
    return pin(crypto, JSON.parse(json));
  } catch (cause) {
    const what = cause instanceof TacitError ? cause.message : 'consortium: not JSON';
    throw new TacitError('CONFIG_INVALID', what, undefined, { cause });
  }
}

function pin(crypto: Pick<CryptoProvider, 'sha256'>, value: unknown): PinnedConsortium {
  // Files that were written before there was a choice do not have the field; few have limits.
  const given =
    typeof value === 'object' && value !== null
      ? { security: 'active', limits: undefined, ...value }
      : value;
  const f = members({ value: given, path: 'consortium' }, [
    ...(['format', 'threshold', 'security', 'limits', 'tls', 'parties', 'members'] as const),
  ]);
  wordOf(f.format, [1]);
  const threshold = wholeOf(f.threshold, 1, PARTIES_MAX);
  const security = wordOf(f.security, SECURITY);
  const limits = limitsOf(f.limits);
  const parties = listOf(f.parties, PARTIES_MAX).map(partyOf);
  const people = listOf(f.members, MEMBERS_MAX).map(memberOf);
  requireDistinct(
    parties.map(({ name }) => name),
    'names of parties',
  );
  requireDistinct(
    people.map(({ name }) => name),
    'names of members',
  );
  requireDistinct(
    [...parties, ...people].map(({ key }) => hex(key)),
    'keys',
  );
  if (parties.length < 2 * threshold + 1) {
    throw new TacitError('CONFIG_INVALID', `consortium: ${parties.length} parties are too few`);
  }
  const digest = (label: string, content: object) =>
    crypto.sha256(new TextEncoder().encode(label), canonicalBytes(content));
  const agreed = {
    ...{ threshold, security, ...limits, tls: f.tls.value },
    parties: parties.map(({ name, certificate }, index) => ({ name, index, certificate })),
    members: people.map(({ name, roles, certificate }) => ({ name, roles, certificate })),
  };
  const listed = parties.map(({ name, identityKey }, index) => ({ name, index, identityKey }));
  return {
    threshold,
    security,
    ...limits,
    parties: parties.map(({ name, key }) => ({ name, key })),
    members: people.map(({ name, roles, key, der }) => {
      return { name, roles, key, fingerprint: hex(crypto.sha256(der)) };
    }),
    digest: hex(digest('tacit/consortium|', agreed)),
    partiesDigest: digest('tacit/parties|', { threshold, parties: listed }),
  };
}

function limitsOf(field: Field): Pick<PinnedConsortium, 'limits'> {
  if (field.value === undefined) return {};
  const f = members(field, ['joinRows']);
  return { limits: { joinRows: wholeOf(f.joinRows, 1, JOIN_ROWS_TOP) } };
}

function partyOf(field: Field, index: number) {
  const f = members(field, [
    ...(['name', 'index', 'control', 'exchange', 'certificate', 'identityKey'] as const),
  ]);
  wordOf(f.index, [index]);
  const { certificate, key } = certificateOf(f.certificate);
  const identityKey = wordOf(f.identityKey, [btoa(String.fromCharCode(...key))]);
  return { name: textOf(f.name, TEXT_MAX), certificate, identityKey, key };
}

function memberOf(field: Field) {
  const f = members(field, ['name', 'roles', 'certificate']);
  const roles = listOf(f.roles, ROLES.length).map((role) => wordOf(role, ROLES));
  return { name: textOf(f.name, TEXT_MAX), roles, ...certificateOf(f.certificate) };
}

function certificateOf(field: Field) {
  const certificate = textOf(field, TEXT_MAX);
  const der = derOf(certificate);
  const key = der && ed25519KeyOf(der);
  if (der && key) return { certificate, der, key };
  throw new TacitError(
    'CONFIG_INVALID',
    `${field.path}: expected a PEM certificate with an Ed25519 key`,
  );
}

function requireDistinct(values: readonly string[], what: string): void {
  if (new Set(values).size === values.length) return;
  throw new TacitError('CONFIG_INVALID', `consortium: expected distinct ${what}`);
}
