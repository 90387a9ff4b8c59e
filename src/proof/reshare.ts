import type { ByteStream } from '../crypto/provider.ts';
import { TacitError } from '../errors/tacit-error.ts';
import type { Party } from '../protocol/party.ts';
import {
  type CheckField,
  lagrangeOver,
  putBytes,
  scratch,
  takeWords,
  WORD_BYTES,
  zeros,
} from './check-field.ts';

/**
 * Resharing of a few values over K as in protocol/bgw.ts [BGW88], [GRR98]: every party of the committee deals its summand by a
 * random polynomial of degree t, whose values at the next t parties come from a stream both know. What the others get
 * is sent: t messages per party.
 *
 * Vectors lie in the arena only while nothing is waited for, because the lanes use the same arena.
 */

/** A party's Lagrange weight at 0 in its committee. */
export function weightAtZero(
  field: CheckField,
  committee: readonly number[],
  party: number,
): bigint {
  const weights = lagrangeOver(
    field,
    committee.map((member) => field.pointOf(member)),
    0n,
  );
  return weights[committee.indexOf(party)] ?? 0n;
}

/**
 * This party's shares of degree t of scale * (sum over the committee of the summands), one message per receiver, one round.
 * `label` names the streams and must be fresh. PEER_PROTOCOL for words that are no elements.
 */
export async function reshareOver(
  party: Party,
  field: CheckField,
  step: string,
  label: string,
  scale: bigint,
  summands: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const { committee, self, threshold, streams, channel } = party;
  const at = committee.indexOf(self);
  const others = [...committee.slice(at + 1), ...committee.slice(0, at)];
  const receivers = others.slice(threshold);
  const dealt = scratch(party, () =>
    deal(party, field, label, scale, summands, others.slice(0, threshold), receivers),
  );
  receivers.forEach((peer, k) => {
    channel.send(peer, step, dealt[k + 1] ?? summands);
  });
  const senders = others.slice(0, others.length - threshold);
  const messages = await Promise.all(
    senders.map(async (peer) => {
      const bytes = new Uint8Array(summands.length);
      await channel.receive(peer, step, () => bytes, 0, bytes.length);
      return bytes;
    }),
  );
  messages.forEach((bytes, k) => {
    requireElements(party, field, bytes, senders[k] ?? 0, step);
  });
  // Dealers for whom this party is one of the next t: their values come from the stream.
  const known = others
    .slice(others.length - threshold)
    .map((peer) => streams.pair(peer, `${label}/${peer}`));
  return scratch(party, () => total(party, field, dealt[0] ?? summands, messages, known));
}

/** Own values first, then those of each receiver in order. */
function deal(
  party: Party,
  field: CheckField,
  label: string,
  scale: bigint,
  summands: Uint8Array,
  streamed: readonly number[],
  receivers: readonly number[],
): Uint8Array<ArrayBuffer>[] {
  const n = summands.length / WORD_BYTES;
  const source = putBytes(party, summands);
  const values = streamed.map((peer) => {
    const address = zeros(party, n);
    field.fill(party, party.streams.pair(peer, `${label}/${party.self}`), address, n);
    return address;
  });
  const nodes = [0n, ...streamed.map((peer) => field.pointOf(peer))];
  return [party.self, ...receivers].map((receiver) => {
    const basis = lagrangeOver(field, nodes, field.pointOf(receiver));
    const to = zeros(party, n);
    const own = field.constant(party, field.multiply(basis[0] ?? 0n, scale));
    field.addScaled(party, source, own, to, n);
    values.forEach((value, k) => {
      field.addScaled(party, value, field.constant(party, basis[k + 1] ?? 0n), to, n);
    });
    return takeWords(party, to, n);
  });
}

/** Sum of own values, received ones, and those of streams. */
function total(
  party: Party,
  field: CheckField,
  own: Uint8Array,
  messages: readonly Uint8Array[],
  known: readonly ByteStream[],
): Uint8Array<ArrayBuffer> {
  const n = own.length / WORD_BYTES;
  const sum = putBytes(party, own);
  for (const message of messages) field.addVectors(party, sum, putBytes(party, message), sum, n);
  const drawn = zeros(party, n);
  for (const stream of known) {
    field.fill(party, stream, drawn, n);
    field.addVectors(party, sum, drawn, sum, n);
  }
  return takeWords(party, sum, n);
}

/** PEER_PROTOCOL if a received word is no element of K. */
export function requireElements(
  party: Party,
  field: CheckField,
  bytes: Uint8Array,
  from: number,
  step: string,
): void {
  const n = bytes.length / WORD_BYTES;
  if (scratch(party, () => field.isCanonical(party, putBytes(party, bytes), n))) return;
  throw new TacitError(
    'PEER_PROTOCOL',
    `party ${from + 1} sent a number outside the field in step ${step}`,
  );
}
