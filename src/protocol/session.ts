import type { KeyProvider, Signer } from '../crypto/keys.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { TacitError } from '../errors/tacit-error.ts';
import { HELLO_BYTES, STEP } from '../program/steps.ts';
import { type KeyRing, Streams, setName } from '../sharing/streams.ts';
import type { Channel } from '../transport/channel.ts';
import { equalBytes, receiveDigest, sendDigest } from './opening.ts';

/**
 * The start of a query attempt at one party (PROTOCOLS 1.1, A9): fresh X25519 keys signed by the Ed25519 identities, a fresh
 * nonce of every party, and the digest of the program each party compiled for itself. Nothing else moves until
 * all digests are equal and all parties saw the same hellos.
 */
export interface SessionInput {
  readonly requestId: string;
  readonly analystKey: Uint8Array;
  /** Digest of the consortium: parties, members, keys. A hello for one consortium is void in another. */
  readonly consortium: Uint8Array;
  readonly programDigest: Uint8Array;
  readonly signer: Signer;
  /** Ed25519 identity of every party. */
  readonly identities: readonly Uint8Array[];
  readonly crypto: CryptoProvider;
  readonly keys: KeyProvider;
}

export interface Session {
  readonly queryId: Uint8Array;
  readonly streams: Streams;
}

const FIELD = 32;
const SIGNED = 4 * FIELD;
const text = (value: string) => new TextEncoder().encode(value);

interface Hello {
  readonly nonce: Uint8Array;
  readonly agreementKey: Uint8Array;
  /** Secret among the parties: their share of the key that all hold in common. */
  readonly contribution: Uint8Array;
  readonly programDigest: Uint8Array;
  readonly bytes: Uint8Array;
}

/** Runs hello and echo (two rounds) and derives all keys. PLAN_MISMATCH, PEER_PROTOCOL as they occur. */
export async function openSession(channel: Channel, input: SessionInput): Promise<Session> {
  const { crypto } = input;
  const agreement = input.keys.agreement();
  const hellos = await exchangeHellos(channel, input, agreement.publicKey);
  for (const [party, hello] of hellos.entries()) {
    if (!equalBytes(hello.programDigest, input.programDigest)) {
      throw new TacitError(
        'PLAN_MISMATCH',
        `party ${party + 1} compiled another program for this statement than party ${channel.self + 1}: do all parties list the same table versions and run the same release?`,
      );
    }
  }
  const queryId = crypto.sha256(
    text(`tacit/query|${input.requestId}|`),
    ...hellos.map((hello) => hello.nonce),
    input.consortium,
    input.programDigest,
    input.analystKey,
  );
  await compareEcho(channel, crypto, queryId, hellos);
  return {
    queryId,
    streams: new Streams(crypto, deriveKeys(channel, crypto, queryId, hellos, agreement), queryId),
  };
}

async function exchangeHellos(
  channel: Channel,
  input: SessionInput,
  agreementKey: Uint8Array,
): Promise<Hello[]> {
  const own = new Uint8Array(HELLO_BYTES);
  input.crypto.randomFill(own.subarray(0, FIELD));
  own.set(agreementKey, FIELD);
  input.crypto.randomFill(own.subarray(2 * FIELD, 3 * FIELD));
  own.set(input.programDigest, 3 * FIELD);
  own.set(input.signer.sign(signedPart(input, channel.self, own)), SIGNED);
  const peers = Array.from({ length: channel.parties }, (_, k) => k);
  for (const peer of peers) {
    if (peer !== channel.self) channel.send(peer, STEP.hello, own);
  }
  return Promise.all(
    peers.map(async (peer) => {
      if (peer === channel.self) return parseHello(own);
      const bytes = new Uint8Array(HELLO_BYTES);
      await channel.receive(peer, STEP.hello, () => bytes, 0, HELLO_BYTES);
      const identity = input.identities[peer] ?? new Uint8Array();
      const signature = bytes.subarray(SIGNED);
      if (!input.keys.verify(identity, signedPart(input, peer, bytes), signature)) {
        throw new TacitError(
          'PEER_PROTOCOL',
          `the hello of party ${peer + 1} is not signed by its identity key`,
        );
      }
      return parseHello(bytes);
    }),
  );
}

function signedPart(input: SessionInput, party: number, hello: Uint8Array): Uint8Array {
  const label = text(`tacit/hello|${input.requestId}|${party}|`);
  const { consortium } = input;
  const out = new Uint8Array(label.length + consortium.length + SIGNED);
  out.set(label);
  out.set(consortium, label.length);
  out.set(hello.subarray(0, SIGNED), label.length + consortium.length);
  return out;
}

function parseHello(bytes: Uint8Array): Hello {
  const field = (k: number) => bytes.slice(k * FIELD, (k + 1) * FIELD);
  return {
    nonce: field(0),
    agreementKey: field(1),
    contribution: field(2),
    programDigest: field(3),
    bytes,
  };
}

/** A party that told different peers different things is found out before any key is used. */
async function compareEcho(
  channel: Channel,
  crypto: CryptoProvider,
  queryId: Uint8Array,
  hellos: readonly Hello[],
): Promise<void> {
  const digest = crypto.sha256(text('tacit/echo|'), queryId, ...hellos.map((hello) => hello.bytes));
  await compareDigest(channel, STEP.echo, digest, 'heard different greetings');
}

/** Sends a digest to every peer and requires all of theirs to be equal; one round. */
export async function compareDigest(
  channel: Channel,
  step: string,
  digest: Uint8Array,
  difference: string,
): Promise<void> {
  const peers = Array.from({ length: channel.parties }, (_, k) => k).filter(
    (k) => k !== channel.self,
  );
  const party = { channel };
  for (const peer of peers) sendDigest(party, peer, step, digest.slice());
  await Promise.all(
    peers.map(async (peer) => {
      if (equalBytes(await receiveDigest(party, peer, step), digest)) return;
      throw new TacitError(
        'PEER_PROTOCOL',
        `party ${peer + 1} and party ${channel.self + 1} ${difference}`,
      );
    }),
  );
}

function deriveKeys(
  channel: Channel,
  crypto: CryptoProvider,
  queryId: Uint8Array,
  hellos: readonly Hello[],
  agreement: { agree(peer: Uint8Array): Uint8Array },
): KeyRing {
  const { self } = channel;
  const sets = new Map<string, Uint8Array>();
  const pair = hellos.map((hello, peer) => {
    if (peer === self) return undefined;
    const secret = agreement.agree(hello.agreementKey);
    const members = setName([self, peer]);
    sets.set(members, crypto.hkdf(secret, queryId, `tacit/set|${members}`, FIELD));
    return crypto.hkdf(secret, queryId, `tacit/pair|${members}`, FIELD);
  });
  const common = crypto.sha256(text('tacit/common|'), ...hellos.map((hello) => hello.contribution));
  const everyone = setName(hellos.map((_, k) => k));
  sets.set(everyone, crypto.hkdf(common, queryId, `tacit/set|${everyone}`, FIELD));
  return { pair, sets };
}
