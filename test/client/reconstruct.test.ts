import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FIELD_PRIME,
  openResult,
  reconstruct,
  reconstructPlanes,
  type ShareVectors,
} from '../../src/client/query/reconstruct.ts';

const P = FIELD_PRIME;
const element = fc.bigInt({ min: 0n, max: P - 1n });
const signed = fc.bigInt({ min: -(2n ** 60n) + 1n, max: 2n ** 60n - 1n });

/** f(1), f(2), f(3) for f(x) = secret + slope x. */
function share(secret: bigint, slope: bigint): [bigint, bigint, bigint] {
  const at = (x: bigint) => (((secret + slope * x) % P) + P) % P;
  return [at(1n), at(2n), at(3n)];
}

function pack(shares: readonly bigint[]): Uint8Array {
  const bytes = new Uint8Array(shares.length * 8);
  const view = new DataView(bytes.buffer);
  shares.forEach((s, i) => {
    view.setBigUint64(i * 8, s, true);
  });
  return bytes;
}

function vectors(sharings: readonly (readonly bigint[])[]): [Uint8Array, Uint8Array, Uint8Array] {
  const column = (k: number) => pack(sharings.map((sharing) => sharing[k] as bigint));
  return [column(0), column(1), column(2)];
}

describe('reconstruct', () => {
  it('finds every signed secret, whatever the randomness', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(signed, element), { maxLength: 20 }), (pairs) => {
        const sharings = pairs.map(([secret, slope]) => share(secret, slope));
        expect(reconstruct(vectors(sharings))).toEqual(pairs.map(([secret]) => secret));
      }),
    );
  });

  it('notices any single altered share, and names no value', () => {
    fc.assert(
      fc.property(
        ...([signed, element, fc.nat(2), fc.bigInt({ min: 1n, max: P - 1n })] as const),
        (secret, slope, party, change) => {
          const shares = share(secret, slope);
          shares[party] = ((shares[party] as bigint) + change) % P;
          expect(() => reconstruct(vectors([shares]))).toThrowError(
            expect.objectContaining({ code: 'OPENING_INCONSISTENT' }),
          );
          try {
            reconstruct(vectors([shares]));
          } catch (error) {
            for (const value of [secret, ...shares]) {
              if (value > 9n) expect(String(error)).not.toContain(value.toString());
            }
          }
        },
      ),
    );
  });

  it('refuses shares outside the field, fractions of shares, and different lengths', () => {
    const refused = expect.objectContaining({ code: 'PEER_PROTOCOL' });
    const good = pack([5n]);
    expect(() => reconstruct([good, good, pack([P])])).toThrowError(refused);
    expect(() => reconstruct([good, good, new Uint8Array(7)])).toThrowError(refused);
    expect(() => reconstruct([good, good, pack([5n, 5n])])).toThrowError(refused);
  });

  it('decodes the extremes', () => {
    const half = (P - 1n) / 2n;
    const secrets = [half, -half, 0n, -1n];
    expect(reconstruct(vectors(secrets.map((s) => share(s, 12345n))))).toEqual(secrets);
  });
});

/** Both components that each of three parties holds of planes, as they are sealed. */
function replicated(planes: readonly Uint8Array[], random: () => Uint8Array): ShareVectors {
  const joined = Uint8Array.from(planes.flatMap((plane) => [...plane]));
  const [a, b] = [random().slice(0, joined.length), random().slice(0, joined.length)];
  const c = joined.map((byte, k) => byte ^ (a[k] ?? 0) ^ (b[k] ?? 0));
  const pair = (x: Uint8Array, y: Uint8Array) => Uint8Array.from([...x, ...y]);
  return [pair(a, b), pair(b, c), pair(c, a)];
}

describe('reconstructPlanes', () => {
  const rows = fc.constantFrom(1, 7, 8, 9, 100);
  const bytes = fc.uint8Array({ minLength: 1000, maxLength: 1000 });
  const planesOf = (rows: number, source: Uint8Array, count: number) => {
    const stride = Math.ceil(rows / 8);
    return Array.from({ length: count }, (_, k) => source.slice(k * stride, (k + 1) * stride));
  };

  it('finds every plane', () => {
    fc.assert(
      fc.property(rows, fc.nat(20), bytes, bytes, (count, planes, source, random) => {
        const expected = planesOf(count, source, planes);
        expect(
          reconstructPlanes(
            replicated(expected, () => random),
            count,
          ),
        ).toEqual(expected);
      }),
    );
  });

  it('notices any single altered share and names the two that differ', () => {
    fc.assert(
      fc.property(
        ...([rows, bytes, fc.nat(2), fc.nat(), fc.integer({ min: 1, max: 255 })] as const),
        (count, source, party, place, change) => {
          const vectors = replicated(planesOf(count, source, 5), () => source);
          const altered = vectors[party] as Uint8Array;
          const at = place % altered.length;
          altered[at] = (altered[at] ?? 0) ^ change;
          const other = at < altered.length / 2 ? (party + 2) % 3 : (party + 1) % 3;
          const plane = Math.floor((at % (altered.length / 2)) / Math.ceil(count / 8));
          const [first, second] = at < altered.length / 2 ? [other, party] : [party, other];
          expect(() => reconstructPlanes(vectors, count)).toThrowError(
            expect.objectContaining({
              code: 'OPENING_INCONSISTENT',
              message: expect.stringContaining(
                `parties ${first + 1} and ${second + 1} sent different copies of a share of result plane ${plane}:`,
              ),
            }),
          );
        },
      ),
    );
  });

  it('refuses lengths that do not fit', () => {
    const refused = expect.objectContaining({ code: 'PEER_PROTOCOL' });
    const [a, b, c] = replicated([new Uint8Array(2)], () => new Uint8Array(2));
    expect(() => reconstructPlanes([a, b, c.subarray(1)], 9)).toThrowError(refused);
    expect(() => reconstructPlanes([a, b, c], 17)).toThrowError(refused);
    expect(() => reconstructPlanes([a, b, c], 0)).toThrowError(refused);
    const empty = new Uint8Array();
    expect(reconstructPlanes([empty, empty, empty], 17)).toEqual([]);
  });
});

describe('openResult', () => {
  it('opens planes for a relation, else scalars', () => {
    const planes = replicated([Uint8Array.of(5)], () => Uint8Array.of(77));
    const shape = { columns: [], rows: [] };
    const relation = { rows: 3, columns: [] };
    expect(openResult({ ...shape, relation }, planes)).toEqual({
      scalars: [],
      planes: [Uint8Array.of(5)],
    });
    expect(openResult(shape, vectors([share(-7n, 9n)]))).toEqual({ scalars: [-7n], planes: [] });
  });
});
