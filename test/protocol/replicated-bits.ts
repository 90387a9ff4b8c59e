import { nodeCrypto } from '../../src/crypto/node.ts';
import { planeBytes } from '../../src/field/planes.ts';

/** XOR-shares planes for three parties: result[party] = {left, right} planes. */
export function sharePlanes(
  planes: readonly Uint8Array[],
): { readonly left: Uint8Array[]; readonly right: Uint8Array[] }[] {
  const components = planes.map((plane) => {
    const first = new Uint8Array(plane.length);
    const second = new Uint8Array(plane.length);
    nodeCrypto.randomFill(first);
    nodeCrypto.randomFill(second);
    const third = plane.map((byte, k) => byte ^ (first[k] ?? 0) ^ (second[k] ?? 0));
    return [first, second, third];
  });
  return [0, 1, 2].map((party) => ({
    left: components.map((c) => c[party] as Uint8Array),
    right: components.map((c) => c[(party + 1) % 3] as Uint8Array),
  }));
}

/** The plane whose shares the parties hold; also checks that replicas agree. */
export function openPlane(
  shares: readonly { readonly left: Uint8Array; readonly right: Uint8Array }[],
): Uint8Array {
  shares.forEach((share, party) => {
    const next = shares[(party + 1) % 3];
    if (next === undefined || Buffer.compare(share.right, next.left) !== 0) {
      throw new Error(`replicas of component ${(party + 1) % 3} differ`);
    }
  });
  const [a, b, c] = shares.map((share) => share.left);
  return (a as Uint8Array).map((byte, k) => byte ^ (b?.[k] ?? 0) ^ (c?.[k] ?? 0));
}

/** Planes (LSB first) of non-negative numbers. */
export function toPlanes(values: readonly bigint[], width: number): Uint8Array[] {
  return Array.from({ length: width }, (_, bit) => {
    const plane = new Uint8Array(planeBytes(values.length));
    values.forEach((value, row) => {
      if ((value >> BigInt(bit)) & 1n) plane[row >> 3] = (plane[row >> 3] ?? 0) | (1 << (row & 7));
    });
    return plane;
  });
}

/** Inverse of {@link toPlanes}. */
export function fromPlanes(planes: readonly Uint8Array[], rows: number): bigint[] {
  return Array.from({ length: rows }, (_, row) =>
    planes.reduce(
      (sum, plane, bit) => sum | (BigInt(((plane[row >> 3] ?? 0) >> (row & 7)) & 1) << BigInt(bit)),
      0n,
    ),
  );
}
