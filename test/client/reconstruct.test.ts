import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIELD_PRIME, reconstruct } from '../../src/client/query/reconstruct.ts';

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
