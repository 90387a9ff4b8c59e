import { randomBytes } from 'node:crypto';
import { leavesOf, MerkleList, partRoot } from '../../src/catalog/commitment.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { P } from '../../src/field/p61.ts';
import { planeBytes } from '../../src/field/planes.ts';
import {
  type BlockMessage,
  planesOf,
  type StoredForm,
  type UploadBody,
  type UploadContext,
} from '../../src/sharing/upload.ts';
import type { ExpandedBlock } from '../../src/sharing/upload-expand.ts';
import {
  commitBlock,
  type OwnerSalts,
  ownerSalts,
  saltsFor,
} from '../../src/sharing/upload-leaves.ts';
import type { ComponentSeeds } from '../../src/sharing/upload-seeds.ts';

/** A seed of its own for every component. */
export const freshSeeds: ComponentSeeds = () => new Uint8Array(randomBytes(32));

/** Salts of an owner who keeps the same seed for all of its uploads. */
export const testSalts = (part: string): OwnerSalts =>
  ownerSalts(nodeCrypto, new Uint8Array(32).fill(9), part);

/** What one party is sent of split blocks of one column, with their leaves. */
export function bodyFor(
  context: UploadContext,
  form: StoredForm,
  part: string,
  party: number,
  ...split: (readonly BlockMessage[])[]
): UploadBody {
  const salts = testSalts(part);
  const blocks = split.map((messages) => {
    const { block = 0, column = 0 } = messages[party] ?? {};
    const place = { part, column, block };
    const committed = commitBlock(context, form, place, messages, salts)[party];
    if (!committed) throw new TypeError('three parties');
    return committed;
  });
  return { salts: saltsFor(salts, party), blocks };
}

/** The root of a part whose leaves came in these bodies. */
export function rootOf(id: string, rows: number, bodies: readonly UploadBody[]): string {
  const list = new MerkleList(nodeCrypto);
  for (const { leaves } of bodies.flatMap(({ blocks }) => blocks)) list.add(leaves);
  return partRoot(nodeCrypto, { id, rows, leaves: leavesOf(list), extra: null });
}

/** Rows of a block in the clear, as anyone who holds enough shares computes them. */
export interface ClearRow {
  readonly value: bigint;
  readonly isNull: boolean;
}

/** Rows, padding lanes included, from the Boolean components of two parties (i, i + 1 mod 3). */
export function fromPlanes(
  form: StoredForm,
  rows: number,
  first: ExpandedBlock,
  second: ExpandedBlock,
): ClearRow[] {
  const lanes = planeBytes(rows);
  const bit = (plane: number, row: number): bigint => {
    const at = (row >> 3) + 2 * plane * lanes;
    // The first party's two components and the second one's right component are all three.
    const all = [first.boolean[at], first.boolean[at + lanes], second.boolean[at + lanes]];
    const byte = all.reduce<number>((xor, component) => xor ^ (component ?? 0), 0);
    return BigInt((byte >> (row & 7)) & 1);
  };
  return Array.from({ length: lanes * 8 }, (_, row) => {
    let value = 0n;
    for (let plane = 0; plane < form.width; plane++) value |= bit(plane, row) << BigInt(plane);
    if (form.min < 0n) value = BigInt.asIntN(form.width, value);
    return { value, isNull: planesOf(form) > form.width && bit(form.width, row) === 1n };
  });
}

/** Values from the field shares of two different parties. */
export function fromShares(
  rows: number,
  parties: readonly [number, number],
  shares: readonly [ExpandedBlock, ExpandedBlock],
): bigint[] {
  const limbs = shares[0].field.map((_, limb) => {
    const [a, b] = shares.map((share) => wordsOf(share.field[limb] ?? new Uint8Array()));
    const [i, j] = parties.map((party) => BigInt(party + 1));
    if (!a || !b || i === undefined || j === undefined) throw new Error('two shares');
    // f(0) of the line through (i, a) and (j, b); j - i is 1, 2 or negative: multiply, do not divide.
    return Array.from({ length: rows }, (_, row) => {
      const top = (a[row] ?? 0n) * j - (b[row] ?? 0n) * i;
      const inverse = power(mod(j - i), P - 2n);
      return signed(mod(mod(top) * inverse));
    });
  });
  const [low = [], high] = limbs;
  return low.map((value, row) => value + ((high?.[row] ?? 0n) << 32n));
}

function wordsOf(bytes: Uint8Array): BigUint64Array {
  return new BigUint64Array(bytes.slice().buffer);
}

function mod(value: bigint): bigint {
  return ((value % P) + P) % P;
}

function signed(value: bigint): bigint {
  return value > P / 2n ? value - P : value;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let b = base, e = exponent; e > 0n; e >>= 1n, b = mod(b * b)) {
    if (e & 1n) result = mod(result * b);
  }
  return result;
}
