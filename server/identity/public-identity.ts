import { createPrivateKey, sign, verify, X509Certificate } from 'node:crypto';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { canonicalBytes } from '../../src/program/canonical.ts';
import type { Identity } from './certificate.ts';
import { NAME_MAX, parseCertificate, parseOrigin, ROLES, type Role } from './consortium.ts';
import { type Field, integer, invalid, list, oneOf, record, text } from './fields.ts';

/**
 * What others need of a party or a member, as the file `NAME.tacit.json` that travels by mail. Its own key signs it, so
 * that who has compared the certificate's fingerprint knows that name, roles and addresses are that key's, too.
 */
export interface PublicIdentity {
  readonly format: 1;
  readonly name: string;
  /** A party has this one role only. */
  readonly roles: readonly ('party' | Role)[];
  readonly certificate: string;
  /** Of a party: where owners and analysts connect. */
  readonly control?: string;
  /** Of a party: where the other parties connect. */
  readonly exchange?: string;
}

/** Longest file that is read. */
export const PUBLIC_BYTES_MAX = 64 * 1024;
/** The end of a public identity's file name. */
export const PUBLIC_SUFFIX = '.tacit.json';

const PUBLIC_ROLES = ['party', ...ROLES] as const;
/** The name is part of a file's name, on any system. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;

/** The addresses of a party. */
export interface PartyAddresses {
  readonly control: string;
  readonly exchange: string;
}

/** Checks a public identity's fields before a key is made for it; CONFIG_INVALID names what is wrong. */
export function checkPublic(
  name: string,
  roles: readonly string[],
  addresses: Partial<PartyAddresses>,
): Omit<PublicIdentity, 'certificate'> {
  return parseBody({
    name: { value: name, path: '--name' },
    roles: { value: roles, path: '--role' },
    control: { value: addresses.control, path: '--control' },
    exchange: { value: addresses.exchange, path: '--exchange' },
  });
}

/** The text of a public identity's file, signed with the key of its certificate. */
export function printPublicIdentity(
  identity: Identity,
  body: Omit<PublicIdentity, 'certificate'>,
): string {
  const signed: PublicIdentity = { ...body, certificate: identity.certificate };
  const key = createPrivateKey(identity.privateKey);
  const signature = sign(null, signedBytes(signed), key).toString('base64');
  return `${JSON.stringify({ ...signed, signature }, null, 2)}\n`;
}

/** Reads and checks such a file, its signature included; CONFIG_INVALID names file and field. */
export function parsePublicIdentity(json: string, file: string): PublicIdentity {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new TacitError('CONFIG_INVALID', `${file}: not JSON`);
  }
  const f = record({ value, path: `${file}: ` }, [
    ...(['format', 'name', 'roles', 'certificate', 'control', 'exchange', 'signature'] as const),
  ]);
  integer(f.format, 1, 1);
  const identity = { ...parseBody(f), certificate: parseCertificate(f.certificate) };
  const signature = Buffer.from(text(f.signature, 128), 'base64');
  const key = new X509Certificate(identity.certificate).publicKey;
  if (!verify(null, signedBytes(identity), key, signature)) {
    throw invalid(f.signature, 'the signature of this file; it was changed, ask for it again');
  }
  return identity;
}

type BodyFields = Readonly<Record<'name' | 'roles' | 'control' | 'exchange', Field>>;

function parseBody({ name, roles, control, exchange }: BodyFields) {
  const called = text(name, NAME_MAX);
  if (!NAME.test(called)) throw invalid(name, 'letters of ASCII, digits, "-", "_" and "."');
  const words = list(roles, PUBLIC_ROLES.length).map((role) => oneOf(role, PUBLIC_ROLES));
  if (words.length === 0) throw invalid(roles, `at least one of ${PUBLIC_ROLES.join(', ')}`);
  const sorted = PUBLIC_ROLES.filter((role) => words.includes(role));
  const body = { format: 1, name: called, roles: sorted } as const;
  if (!sorted.includes('party')) {
    const stray = [control, exchange].find((field) => field.value !== undefined);
    if (stray) throw invalid(stray, 'nothing, because only a party has addresses');
    return body;
  }
  if (sorted.length > 1) {
    throw invalid(roles, 'no other role beside party; make a second identity for it');
  }
  return {
    ...body,
    control: parseOrigin(control, true),
    exchange: parseOrigin(exchange, true),
  };
}

function signedBytes(identity: PublicIdentity): Uint8Array {
  return Buffer.concat([Buffer.from('tacit/identity|'), canonicalBytes(identity)]);
}
