import { signerOf } from '../../server/engine/signer.ts';
import type { Identity } from '../../server/identity/certificate.ts';
import { fromHex, hex } from '../../src/crypto/hex.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { attestedMessage, bodyDigest, shareCommitment } from '../../src/receipt/digest.ts';
import { encodeBody, encodeReceipt } from '../../src/receipt/encode.ts';
import type { PartyAttestation, Receipt } from '../../src/receipt/receipt.ts';

/** A receipt whose parts may be changed. */
export type Draft = {
  -readonly [K in keyof Receipt]: Loose<Receipt[K]>;
};
type Loose<T> = T extends readonly (infer U)[]
  ? Loose<U>[]
  : T extends object
    ? { -readonly [K in keyof T]: Loose<T[K]> }
    : T;

/** A changed receipt as its canonical file; the original stays as it is. */
export function forge(original: Receipt, change: (draft: Draft) => void): Uint8Array {
  const draft = structuredClone(original) as Draft;
  change(draft);
  return new TextEncoder().encode(encodeReceipt(draft as Receipt));
}

/**
 * Whoever holds these keys signs the draft anew, with fresh commitments to the shares it has there. If all parties sign, they have
 * told each other these commitments; otherwise the body has those that the others did sign.
 */
export function resign(draft: Draft, identities: readonly (Identity | undefined)[]): void {
  const queryId = fromHex(draft.body.session.queryId) ?? new Uint8Array();
  const committed = draft.parties.map((entry) => {
    const salt = fromHex(entry.salt) ?? new Uint8Array();
    const shares = new Uint8Array(Buffer.from(entry.shares, 'base64'));
    const commitment = shareCommitment(nodeCrypto, queryId, entry.party, salt, shares);
    return { entry, commitment };
  });
  if (draft.parties.every(({ party }) => identities[party - 1])) {
    for (const { entry, commitment } of committed) {
      // A commitment that the forger has changed there stays as it is.
      const at = draft.body.commitments.indexOf(entry.commitment);
      if (at >= 0) draft.body.commitments[at] = hex(commitment);
    }
  }
  const digest = bodyDigest(nodeCrypto, encodeBody(draft.body as Receipt['body']));
  draft.parties = committed.map(({ entry, commitment }): Loose<PartyAttestation> => {
    const identity = identities[entry.party - 1];
    if (!identity) return entry;
    const signature = signerOf(identity).sign(attestedMessage(digest, commitment, entry.time));
    return { ...entry, commitment: hex(commitment), signature: hex(signature) };
  });
}

/** Another digit in its place. */
export function otherDigit(text: string, at = 0): string {
  const digit = text[at] === '0' ? '1' : '0';
  return text.slice(0, at) + digit + text.slice(at + 1);
}

/** Adds to the first element of a vector of result shares, modulo p. */
export function shiftShare(shares: string, by: bigint, index = 0): string {
  const bytes = Buffer.from(shares, 'base64');
  const p = 2n ** 61n - 1n;
  const at = 8 * index;
  bytes.writeBigUInt64LE((((bytes.readBigUInt64LE(at) + by) % p) + p) % p, at);
  return bytes.toString('base64');
}

export type Change = (draft: Draft) => void;

/** Puts a value, or what a function makes of the one that is there, at a dotted path of the draft. */
export function put(path: string, value: unknown): Change {
  return (draft) => {
    const names = path.split('.');
    const last = names.pop() ?? '';
    const at = names.reduce<object>((inside, name) => Reflect.get(inside, name), draft);
    const before: unknown = Reflect.get(at, last);
    if (before === undefined) throw new TypeError(`${path} is not there`);
    Reflect.set(at, last, typeof value === 'function' ? value(before) : value);
  };
}

/** Changes of lists. */
export const without = (path: string, index: number): Change =>
  put(path, (list: unknown[]) => list.filter((_, k) => k !== index));
export const twice = (path: string, index = 0): Change =>
  put(path, (list: unknown[]) => [...list, list[index]]);
export const reversed = (path: string): Change => put(path, (list: unknown[]) => list.toReversed());
