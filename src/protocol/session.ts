import type { KeyProvider, Signer } from '../crypto/keys.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { TacitError } from '../errors/tacit-error.ts';
import { ECHO_BYTES, HELLO_BYTES, OFFER_BYTES, STEP } from '../program/steps.ts';
import { queryIdOf } from '../receipt/query-id.ts';
import { type KeyRing, Streams, setName } from '../sharing/streams.ts';
import type { Channel } from '../transport/channel.ts';
import { equalBytes } from './opening.ts';

/**
 * The start of a query attempt at one party (PROTOCOLS 1.1, A9): fresh X25519 keys signed by the Ed25519 identities, a fresh
 * nonce of every party, and what each party offers to plan on. Then every party plans for itself, and the echo compares
 * the digests of the programs and of all hellos. Nothing else moves until all are equal.
 */
export interface GreetingInput {
  readonly requestId: string;
  /** Digest of the consortium: parties, members, keys. A hello for one consortium is void in another. */
  readonly consortium: Uint8Array;
  readonly signer: Signer;
  /** Ed25519 identity of every party. */
  readonly identities: readonly Uint8Array[];
  readonly crypto: CryptoProvider;
  readonly keys: KeyProvider;
}

export interface SessionInput extends GreetingInput {
  readonly analystKey: Uint8Array;
  readonly programDigest: Uint8Array;
  /** Absent: nothing was agreed on beforehand, and the parties greet each other now. */
  readonly greeting?: Greeting;
  /** The ids of this party's earlier attempts; STREAM_REUSED if one comes again. */
  readonly attempts?: AttemptIds;
}

/** Remembers ids; false for one that was there before. */
export interface AttemptIds {
  claim(queryId: Uint8Array): boolean;
}

/** What all parties said in their first message. */
export interface Greeting {
  /** Own secret and all hellos, for {@link openSession}. */
  readonly agreement: { agree(peer: Uint8Array): Uint8Array };
  readonly hellos: readonly Hello[];
}

export interface Session {
  readonly queryId: Uint8Array;
  readonly streams: Streams;
  /** What else the query id is made of: every party's nonce, and the digest of what was asked. */
  readonly nonces: readonly Uint8Array[];
  readonly request: Uint8Array;
}

const FIELD = 32;
const SIGNED = 4 * FIELD + OFFER_BYTES;
const text = (value: string) => new TextEncoder().encode(value);

export interface Hello {
  readonly nonce: Uint8Array;
  readonly agreementKey: Uint8Array;
  /** Secret among the parties: their share of the key that all hold in common. */
  readonly contribution: Uint8Array;
  /** Digest of what the analyst asked this party. */
  readonly request: Uint8Array;
  readonly offer: Uint8Array;
  readonly bytes: Uint8Array;
}

/**
 * The first round: every party hears the hello of every other. `request` is the digest of what was asked, which must be equal
 * everywhere (PLAN_MISMATCH); `offer` are {@link OFFER_BYTES} bytes that the peers may read. PEER_PROTOCOL for a wrong signature.
 */
export async function greet(
  channel: Channel,
  input: GreetingInput,
  request: Uint8Array,
  offer: Uint8Array,
): Promise<Greeting> {
  const agreement = input.keys.agreement();
  const own = new Uint8Array(HELLO_BYTES);
  input.crypto.randomFill(own.subarray(0, FIELD));
  own.set(agreement.publicKey, FIELD);
  input.crypto.randomFill(own.subarray(2 * FIELD, 3 * FIELD));
  own.set(request, 3 * FIELD);
  own.set(offer, 4 * FIELD);
  own.set(input.signer.sign(signedPart(input, channel.self, own)), SIGNED);
  const hellos = await exchangeHellos(channel, input, own);
  for (const [party, hello] of hellos.entries()) {
    if (equalBytes(hello.request, request)) continue;
    throw new TacitError(
      'PLAN_MISMATCH',
      `party ${party + 1} was asked something else under this request id than party ${channel.self + 1}`,
    );
  }
  return { agreement, hellos };
}

/** Runs the echo round, after the hello round if need be, and derives all keys. PLAN_MISMATCH, PEER_PROTOCOL as they occur. */
export async function openSession(channel: Channel, input: SessionInput): Promise<Session> {
  const { crypto } = input;
  const greeting =
    input.greeting ??
    (await greet(channel, input, crypto.sha256(input.analystKey), new Uint8Array(OFFER_BYTES)));
  const { hellos } = greeting;
  const nonces = hellos.map((hello) => hello.nonce);
  const request = hellos[channel.self]?.request ?? new Uint8Array();
  const { analystKey, consortium, programDigest: program, requestId } = input;
  const parts = { requestId, nonces, consortium, program, request, analystKey };
  const queryId = queryIdOf(crypto, parts);
  if (input.attempts?.claim(queryId) === false) {
    throw new TacitError('STREAM_REUSED', 'all streams of this query would be used a second time');
  }
  await compareEcho(channel, input, queryId, hellos);
  const keys = deriveKeys(channel, crypto, queryId, greeting);
  return { queryId, streams: new Streams(crypto, keys, queryId), nonces, request };
}

async function exchangeHellos(
  channel: Channel,
  input: GreetingInput,
  own: Uint8Array,
): Promise<Hello[]> {
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

function signedPart(input: GreetingInput, party: number, hello: Uint8Array): Uint8Array {
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
    request: field(3),
    offer: bytes.slice(4 * FIELD, SIGNED),
    bytes,
  };
}

/**
 * The parties must have compiled the same program; and a party that told different peers different things is found out before
 * any key is used.
 */
async function compareEcho(
  channel: Channel,
  { crypto, programDigest }: SessionInput,
  queryId: Uint8Array,
  hellos: readonly Hello[],
): Promise<void> {
  const digest = crypto.sha256(text('tacit/echo|'), queryId, ...hellos.map((hello) => hello.bytes));
  const own = new Uint8Array(ECHO_BYTES);
  own.set(programDigest);
  own.set(digest, FIELD);
  const peers = peersOf(channel);
  for (const peer of peers) channel.send(peer, STEP.echo, own);
  const heard = await Promise.all(
    peers.map(async (peer) => {
      const bytes = new Uint8Array(ECHO_BYTES);
      await channel.receive(peer, STEP.echo, () => bytes, 0, ECHO_BYTES);
      return { peer, bytes };
    }),
  );
  const self = channel.self + 1;
  for (const { peer, bytes } of heard) {
    if (!equalBytes(bytes.subarray(0, FIELD), programDigest)) {
      throw new TacitError(
        'PLAN_MISMATCH',
        `party ${peer + 1} compiled another program for this statement than party ${self}: do all parties run the same release?`,
      );
    }
    if (!equalBytes(bytes.subarray(FIELD), digest)) {
      const message = `party ${peer + 1} and party ${self} heard different greetings`;
      throw new TacitError('PEER_PROTOCOL', message);
    }
  }
}

function peersOf(channel: Channel): number[] {
  return Array.from({ length: channel.parties }, (_, k) => k).filter((k) => k !== channel.self);
}

function deriveKeys(
  channel: Channel,
  crypto: CryptoProvider,
  queryId: Uint8Array,
  { agreement, hellos }: Greeting,
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
