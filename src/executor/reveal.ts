import { invariant } from '../errors/tacit-error.ts';
import { ELEMENT_BYTES, mod, writeElement } from '../field/p61.ts';
import type { ResultStage } from '../program/program.ts';
import { resultPlaneBytes } from '../program/shapes.ts';
import type { CheckRecord } from '../proof/check-record.ts';
import { compareEndings } from '../proof/final-barrier.ts';
import type { ChannelHead, Transcript } from '../proof/transcript.ts';
import { getElements } from '../protocol/elements.ts';
import type { Lane, Party } from '../protocol/party.ts';
import { zeroShares } from '../sharing/prss.ts';
import { type Memory, SIDES } from './memory.ts';

declare const permitBrand: unique symbol;
/**
 * The right to release result shares to the analyst and to sign a receipt for them. Only {@link passBarrier} makes one, so nothing
 * that depends on data leaves the parties before all of it is verified and every party has said that all went well.
 */
export interface RevealPermit {
  readonly [permitBrand]: true;
}

/** What a party leaves the last barrier with. */
export interface Passed {
  readonly permit: RevealPermit;
  /** What was verified, by batch. */
  readonly records: readonly CheckRecord[];
  /** Of all ordered pairs of parties, confirmed by both ends. */
  readonly heads: readonly ChannelHead[];
}

/** What went through a party's channels, and what its witness has verified so far. */
export interface Evidence {
  readonly transcript: Pick<Transcript, 'heads'>;
  records(): readonly CheckRecord[];
}

/**
 * The last barrier (PROTOCOLS R1, R2): waits until everything of the lane is verified, and then until every party has finished the
 * same query, seen the same checks pass and agrees on everything that was sent; one round besides those of the checks.
 *
 * @throws what {@link Lane.barrier} and {@link compareEndings} throw
 */
export async function passBarrier(lane: Lane, { records, transcript }: Evidence): Promise<Passed> {
  await lane.barrier();
  const { channel, crypto, streams } = lane.party;
  const salt = (peer: number) => {
    const bytes = new Uint8Array(32);
    streams.pair(peer, 'transcript').fill(bytes);
    return bytes;
  };
  const listed = [...records()].sort((a, b) => (a.batch < b.batch ? -1 : 1));
  const ending = { queryId: streams.queryId, records: listed, heads: transcript.heads(salt) };
  const heads = await compareEndings(channel, crypto, ending);
  return { permit: {} as RevealPermit, records: listed, heads };
}

/** One party's shares of what the analyst learns. */
export interface ReleasedShares {
  /** Shamir shares of the scalars, in the order of the reveal. */
  readonly scalars: readonly bigint[];
  /** This party's two components of all planes, the left one first; as many bytes a plane as its rows need. */
  readonly planes: Uint8Array;
}

/** Releases this party's shares of the results, re-randomised (PROTOCOLS A3, A15). */
export function releaseShares(
  party: Party,
  permit: RevealPermit,
  memory: Memory,
  results: ResultStage,
): ReleasedShares {
  return {
    scalars: releaseScalars(party, permit, memory.scalars, results.reveal),
    planes: releasePlanes(party, permit, memory, results.planes),
  };
}

/** What is sealed to the analyst: scalars as 8-byte little-endian elements, then the planes. */
export function packShares({ scalars, planes }: ReleasedShares): Uint8Array {
  const bytes = new Uint8Array(scalars.length * ELEMENT_BYTES + planes.length);
  scalars.forEach((share, k) => {
    writeElement(bytes, k * ELEMENT_BYTES, share);
  });
  bytes.set(planes, scalars.length * ELEMENT_BYTES);
  return bytes;
}

/** Adds a fresh sharing of zero to each scalar. */
function releaseScalars(
  party: Party,
  _permit: RevealPermit,
  scalars: number,
  reveal: readonly number[],
): bigint[] {
  const { arena, streams, self, parties, threshold } = party;
  const zeros = zeroShares(streams, self, parties, threshold, 'reveal', reveal.length);
  return reveal.map((scalar, k) => {
    const [share] = getElements(arena, scalars + 8 * scalar, 1);
    return mod((share ?? 0n) + (zeros[k] ?? 0n));
  });
}

/**
 * Adds a fresh sharing of zero to the planes: components 0 and 1 of it come from a stream of all parties, component 2 is their
 * sum. The analyst then sees uniform components that add up to the planes, and nothing about how they came about.
 */
function releasePlanes(
  party: Party,
  _permit: RevealPermit,
  memory: Memory,
  results: ResultStage['planes'],
): Uint8Array {
  if (results === undefined) return new Uint8Array();
  const { arena, self } = party;
  const stride = resultPlaneBytes(results.rows);
  const relation = memory.relations[results.relation];
  const length = results.planes.length * stride;
  const zeros = zeroComponents(party, length);
  const out = new Uint8Array(2 * length);
  SIDES.forEach((side, at) => {
    const mask = zeros[(self + at) % 3] ?? new Uint8Array();
    results.planes.forEach((plane, k) => {
      const address = relation?.planes[plane]?.[side];
      invariant(address !== undefined, `plane ${plane} of relation ${results.relation}`);
      out.set(arena.u8.subarray(address, address + stride), at * length + k * stride);
    });
    for (let k = 0; k < length; k++) {
      out[at * length + k] = (out[at * length + k] ?? 0) ^ (mask[k] ?? 0);
    }
  });
  clearPadding(out, stride, results.rows);
  return out;
}

/** Three byte strings that add up to zero, known to all parties and nobody else. */
function zeroComponents(party: Party, length: number): Uint8Array[] {
  const everyone = Array.from({ length: party.parties }, (_, k) => k);
  const stream = party.streams.set(everyone, 'reveal/planes');
  const [first, second] = [new Uint8Array(length), new Uint8Array(length)];
  stream.fill(first);
  stream.fill(second);
  const third = first.slice();
  for (let k = 0; k < length; k++) third[k] = (third[k] ?? 0) ^ (second[k] ?? 0);
  return [first, second, third];
}

/** Bits beyond the rows mean nothing, but they are computed from data: they stay here. */
function clearPadding(planes: Uint8Array, stride: number, rows: number): void {
  if (rows % 8 === 0) return;
  const mask = (1 << (rows % 8)) - 1;
  for (let at = stride - 1; at < planes.length; at += stride) planes[at] = (planes[at] ?? 0) & mask;
}
