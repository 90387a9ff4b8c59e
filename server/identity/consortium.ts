import { TacitError } from '../../src/errors/tacit-error.ts';
import { JOIN_ROWS_TOP, type PlanLimits } from '../../src/planner/limits.ts';
import { SECURITY, SECURITY_DEFAULT, type Security } from '../../src/program/program.ts';
import { certificateBytes, certificateKey, fingerprint } from './certificate.ts';
import { type Field, flag, integer, invalid, list, oneOf, record, text } from './fields.ts';

export const ROLES = ['owner', 'analyst', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export const NAME_MAX = 64;
const MEMBERS_MAX = 4096;
const PEM_MAX = 8192;
const URL_MAX = 2048;

/** One computing party as everybody knows it. */
export interface ConsortiumParty {
  readonly name: string;
  readonly index: number;
  /** Where owners and analysts connect, e.g. `https://party-a.example:7100`. */
  readonly control: string;
  /** Where the other parties connect. */
  readonly exchange: string;
  readonly certificate: string;
  /** Raw Ed25519 public key, base64; the key of the certificate. */
  readonly identityKey: string;
}

export interface ConsortiumMember {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly certificate: string;
}

/** Who belongs to the consortium; every party and member holds the same file. */
export interface Consortium {
  readonly format: 1;
  readonly threshold: 1;
  readonly security: Security;
  /** Absent: the defaults. */
  readonly limits?: PlanLimits;
  /** False only for one person's trial on a loopback address. */
  readonly tls: boolean;
  /** In the order of their index. */
  readonly parties: readonly ConsortiumParty[];
  readonly members: readonly ConsortiumMember[];
}

/** Who is on the other end of a connection. */
export type Principal =
  | { readonly kind: 'party'; readonly index: number; readonly name: string }
  | {
      readonly kind: 'member';
      readonly name: string;
      readonly roles: readonly Role[];
      /** SHA-256 of the certificate in hex. */
      readonly fingerprint: string;
    };

/** Checks the content of a consortium file; CONFIG_INVALID names the first wrong field. */
export function parseConsortium(json: string, file = 'consortium.json'): Consortium {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new TacitError('CONFIG_INVALID', `${file}: not JSON`);
  }
  const root = record({ value, path: `${file}: ` }, [
    'format',
    'threshold',
    'security',
    'limits',
    'tls',
    'parties',
    'members',
  ]);
  if (root.format.value !== 1) throw invalid(root.format, '1');
  const security = parseSecurity(root.security);
  const limits = parseLimits(root.limits);
  const tls = flag(root.tls);
  const parties = list(root.parties, 16).map((field, i) => parseParty(field, i, tls));
  if (parties.length !== 3 || root.threshold.value !== 1) {
    throw new TacitError(
      'SUITE_NOT_BUILT',
      `${file}: ${parties.length} parties with threshold ${String(root.threshold.value)}: ` +
        'only 3 parties with threshold 1 are built',
    );
  }
  const members = list(root.members, MEMBERS_MAX).map(parseMember);
  requireDistinctNames(root.parties, parties);
  requireDistinctNames(root.members, members);
  // One certificate is one principal: nobody is a party and a member at once.
  requireDistinctCertificates(root.parties, parties);
  requireDistinctCertificates(root.members, [...parties, ...members]);
  return { format: 1, threshold: 1, security, ...limits, tls, parties, members };
}

/** Files that were written before there was a choice do not have the field. */
function parseSecurity(field: Field): Security {
  return field.value === undefined ? SECURITY_DEFAULT : oneOf(field, SECURITY);
}

function parseLimits(field: Field): Pick<Consortium, 'limits'> {
  if (field.value === undefined) return {};
  const f = record(field, ['joinRows']);
  return { limits: { joinRows: integer(f.joinRows, 1, JOIN_ROWS_TOP) } };
}

function parseParty(field: Field, index: number, tls: boolean): ConsortiumParty {
  const f = record(field, ['name', 'index', 'control', 'exchange', 'certificate', 'identityKey']);
  if (integer(f.index, 0, 15) !== index) throw invalid(f.index, `${index}, its place in the list`);
  const certificate = parseCertificate(f.certificate);
  const identityKey = text(f.identityKey, 64);
  if (certificateKey(certificate)?.toString('base64') !== identityKey) {
    throw invalid(f.identityKey, 'the Ed25519 key of the certificate in base64');
  }
  return {
    name: text(f.name, NAME_MAX),
    index,
    control: parseOrigin(f.control, tls),
    exchange: parseOrigin(f.exchange, tls),
    certificate,
    identityKey,
  };
}

function parseMember(field: Field): ConsortiumMember {
  const f = record(field, ['name', 'roles', 'certificate']);
  return {
    name: text(f.name, NAME_MAX),
    roles: list(f.roles, ROLES.length).map((role) => oneOf(role, ROLES)),
    certificate: parseCertificate(f.certificate),
  };
}

/** A PEM certificate with an Ed25519 key; CONFIG_INVALID names the field. */
export function parseCertificate(field: Field): string {
  const pem = text(field, PEM_MAX);
  try {
    if (certificateKey(pem) !== undefined) return pem;
  } catch {
    // falls through to the same message: a wrong PEM and a wrong key type have the same remedy
  }
  throw invalid(field, 'a PEM certificate with an Ed25519 key');
}

/** An address of a party, as its origin; CONFIG_INVALID unless it fits the scheme, and is loopback without TLS. */
export function parseOrigin(field: Field, tls: boolean): string {
  const url = text(field, URL_MAX);
  const scheme = tls ? 'https:' : 'http:';
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || parsed.protocol !== scheme || parsed.pathname !== '/') {
    throw invalid(field, `an address like ${scheme}//host:port`);
  }
  if (!tls && !isLoopback(addressOf(parsed.origin).host)) {
    throw invalid(field, 'a loopback address, because tls is false');
  }
  return parsed.origin;
}

/** Host and port to connect to; URLs leave out a scheme's usual port and put IPv6 in brackets. */
export function addressOf(origin: string): { readonly host: string; readonly port: number } {
  const url = new URL(origin);
  const usual = url.protocol === 'https:' ? 443 : 80;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? usual : Number(url.port),
  };
}

/** Whether only this machine reaches the host; names are not: what they resolve to may change. */
export function isLoopback(host: string): boolean {
  return host === '127.0.0.1' || host === '::1';
}

function requireDistinctNames(field: Field, entries: readonly { readonly name: string }[]): void {
  const names = new Set(entries.map((entry) => entry.name));
  if (names.size !== entries.length) throw invalid(field, 'distinct names');
}

function requireDistinctCertificates(
  field: Field,
  entries: readonly { readonly certificate: string }[],
): void {
  const pins = new Set(entries.map((entry) => certificateBytes(entry.certificate).toString('hex')));
  if (pins.size !== entries.length) throw invalid(field, 'certificates that nobody else has');
}

/** Looks principals up by the exact bytes of the certificate they presented. */
export class Pins {
  readonly #byBytes = new Map<string, Principal>();

  constructor(consortium: Consortium) {
    for (const { name, index, certificate } of consortium.parties) {
      this.#byBytes.set(pin(certificateBytes(certificate)), { kind: 'party', index, name });
    }
    for (const { name, roles, certificate } of consortium.members) {
      const raw = certificateBytes(certificate);
      this.#byBytes.set(pin(raw), { kind: 'member', name, roles, fingerprint: fingerprint(raw) });
    }
  }

  /** The principal whose pinned certificate has exactly these DER bytes. */
  find(raw: Uint8Array): Principal | undefined {
    return this.#byBytes.get(pin(raw));
  }
}

function pin(raw: Uint8Array): string {
  return Buffer.from(raw).toString('base64');
}
