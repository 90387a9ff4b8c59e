import { ELEMENT_BYTES, lagrange, mod } from '../field/p61.ts';
import { pointOf } from '../sharing/shamir.ts';
import { fillElements, putElements, requireCanonical } from './elements.ts';
import type { Lane, Party } from './party.ts';

/**
 * Multiplication of Shamir shares after [BGW88] with the resharing of [GRR98]: party i's product d_i of shares, times its
 * Lagrange weight, is a summand of xy; it deals d_i by a fresh polynomial of degree t, and the sum of all dealings is a
 * sharing of xy of degree t. The dealer's values at the next t parties come from a stream both know, so it sends
 * only t elements: one per product and party at (3,1) (PROTOCOLS 1.2).
 */

/** The public constants of one party's role as dealer, precomputed once per query; addresses into the arena. */
export interface Dealer {
  /** The next t parties of the committee after the dealer: their values are streamed, not sent. */
  readonly streamed: readonly number[];
  readonly sent: readonly number[];
  /** Per receiver (own value first, then `sent` in order): weights of d and of each streamed value. */
  readonly weights: readonly (readonly bigint[])[];
  /** For t = 1: the four constants of Kernels.fpReshare in the arena. */
  readonly fused: number;
  /** Whether Kernels.fpMulReshare applies: the committee has the points 1, 2, 3. */
  readonly line: boolean;
}

function following(committee: readonly number[], party: number): number[] {
  const at = committee.indexOf(party);
  return [...committee.slice(at + 1), ...committee.slice(0, at)];
}

/** Lagrange weight at 0 of a party's share in its committee. */
export function lambdaOf(committee: readonly number[], party: number): bigint {
  return lagrange(committee.map(pointOf), 0n)[committee.indexOf(party)] ?? 0n;
}

/** Constants for dealing d times the party's own Lagrange weight. */
export function dealer(party: Party): Dealer {
  const { self, committee, threshold } = party;
  const scale = lambdaOf(committee, self);
  const others = following(committee, self);
  const streamed = others.slice(0, threshold);
  const sent = others.slice(threshold);
  const nodes = [0n, ...streamed.map(pointOf)];
  const weights = [self, ...sent].map((receiver) => {
    const basis = lagrange(nodes, pointOf(receiver));
    return basis.map((weight, k) => (k === 0 ? mod(weight * scale) : weight));
  });
  const fused = threshold === 1 ? putElements(party.arena, weights.flat()) : 0;
  const line = committee.join() === '0,1,2';
  return { streamed, sent, weights, fused, line };
}

/**
 * Elements dealt at a time, so that streamed values, summands and results stay in the cache. Both ends of a stream
 * draw in the same pieces.
 */
const TILE = 8192;

/** Bytes of scratch memory that {@link reshare} needs for `columns` columns of `n` elements. */
export function reshareScratchBytes(threshold: number, columns: number, n: number): number {
  const streamed = threshold * Math.min(n, TILE);
  return (streamed + 2 * threshold * columns * n) * ELEMENT_BYTES + 64;
}

/** A column of summands to be dealt. */
export interface Dealt {
  /** Address of n summands (before scaling), or of the two factors whose products they are. */
  readonly d: number | { readonly a: number; readonly b: number };
  /** Address for this party's share of the sum; may equal a summand's. */
  readonly to: number;
}

/** Calls `visit` for the pieces of n elements: byte offset and count. */
function tiles(n: number, visit: (offset: number, count: number) => void): void {
  for (let at = 0; at < n; at += TILE) visit(at * ELEMENT_BYTES, Math.min(TILE, n - at));
}

/**
 * Deals every party's summands: afterwards `to` holds shares of degree t of scale * (sum over parties of d). All columns
 * travel in one message per receiver, one round. `scratch` must hold {@link reshareScratchBytes}; `label` must be fresh.
 */
export async function reshare(
  lane: Lane,
  step: string,
  label: string,
  roles: Dealer,
  columns: readonly Dealt[],
  n: number,
  scratch: number,
): Promise<void> {
  const { party } = lane;
  const { kernels, threshold, self } = party;
  const bytes = columns.length * n * ELEMENT_BYTES;
  const outbox = scratch + threshold * Math.min(n, TILE) * ELEMENT_BYTES;
  const inbox = outbox + threshold * bytes;
  dealColumns(party, label, roles, columns, n, scratch, outbox);
  roles.sent.forEach((receiver, k) => {
    lane.send(receiver, step, outbox + k * bytes, bytes);
  });
  party.log.products(step, columns.length * n);
  const others = following(party.committee, self);
  // Dealers for whom this party is one of the next t: their values come from the stream.
  for (const peer of others.slice(others.length - threshold)) {
    const stream = party.streams.pair(peer, `${label}/${peer}`);
    for (const { to } of columns) {
      tiles(n, (offset, count) => {
        fillElements(party, stream, scratch, count);
        kernels.fpAdd(to + offset, scratch, to + offset, count);
      });
    }
  }
  lane.rounds++;
  const senders = others.slice(0, others.length - threshold);
  await Promise.all(senders.map((from, k) => lane.receive(from, step, inbox + k * bytes, bytes)));
  senders.forEach((from, k) => {
    const base = inbox + k * bytes;
    requireCanonical(party, base, columns.length * n, from, step);
    columns.forEach(({ to }, column) => {
      kernels.fpAdd(to, base + column * n * ELEMENT_BYTES, to, n);
    });
  });
}

/** The dealer's part: own values to `to`, the receivers' to the outbox, piece by piece. */
function dealColumns(
  party: Party,
  label: string,
  roles: Dealer,
  columns: readonly Dealt[],
  n: number,
  scratch: number,
  outbox: number,
): void {
  const { kernels, threshold, self } = party;
  const streams = roles.streamed.map((peer) => party.streams.pair(peer, `${label}/${self}`));
  const bytes = columns.length * n * ELEMENT_BYTES;
  columns.forEach(({ d, to }, column) => {
    tiles(n, (offset, count) => {
      const streamedAt = (k: number) => scratch + k * count * ELEMENT_BYTES;
      streams.forEach((stream, k) => {
        fillElements(party, stream, streamedAt(k), count);
      });
      const own = to + offset;
      if (roles.line && typeof d !== 'number') {
        const send = outbox + column * n * ELEMENT_BYTES + offset;
        const [a, b] = [d.a + offset, d.b + offset];
        kernels.fpMulReshare(a, b, scratch, own, send, self, count);
        return;
      }
      if (typeof d !== 'number') kernels.fpMul(d.a + offset, d.b + offset, own, count);
      const summands = typeof d === 'number' ? d + offset : own;
      const sendAt = roles.sent.map(
        (_, k) => outbox + k * bytes + column * n * ELEMENT_BYTES + offset,
      );
      if (threshold === 1) {
        kernels.fpReshare(summands, scratch, own, sendAt[0] ?? 0, roles.fused, count);
      } else {
        combine(party, roles, summands, scratch, own, sendAt, count);
      }
    });
  });
}

/** The general form of fpReshare: each receiver's value is a fixed combination of d and the streamed values. */
function combine(
  party: Party,
  roles: Dealer,
  d: number,
  streamed: number,
  to: number,
  sendAt: readonly number[],
  n: number,
): void {
  const { arena, kernels } = party;
  const mark = arena.mark();
  const copy = arena.alloc(n * ELEMENT_BYTES);
  arena.u8.copyWithin(copy, d, d + n * ELEMENT_BYTES);
  [to, ...sendAt].forEach((target, receiver) => {
    const weights = roles.weights[receiver] ?? [];
    kernels.fpScale(copy, putElements(arena, [weights[0] ?? 0n]), target, n);
    weights.slice(1).forEach((weight, k) => {
      const source = streamed + k * n * ELEMENT_BYTES;
      kernels.fpAxpy(source, putElements(arena, [weight]), target, n);
    });
  });
  arena.release(mark);
}

/**
 * Products of columns: `to` = shares of a * b, all in one round. `to` must differ from every a and b of the call. The witness gets
 * all of them; whoever calls {@link reshare} itself reports what it reshared.
 */
export async function multiply(
  lane: Lane,
  step: string,
  label: string,
  roles: Dealer,
  products: readonly { readonly a: number; readonly b: number; readonly to: number }[],
  n: number,
  scratch: number,
): Promise<void> {
  const columns = products.map(({ a, b, to }) => ({ d: { a, b }, to }));
  await reshare(lane, step, label, roles, columns, n, scratch);
  await lane.witness.products(products.map(({ a, b, to }) => ({ x: a, y: b, z: to, n })));
}
