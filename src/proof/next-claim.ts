import type { FieldEngine } from '../field/instantiate.ts';
import {
  type CheckField,
  innerProduct,
  putBytes,
  readWords,
  scratch,
  takeWords,
  WORD_BYTES,
  writeWords,
} from './check-field.ts';
import { cornerOfBits, lastCorner } from './recursion.ts';

/** A level's reshared sums, as this party holds them: all corners in order but that of ones. */
export interface Level {
  readonly shares: Uint8Array;
  readonly point: readonly bigint[];
  /** What the claim weighs the corners of {0, 1}^v with, by their bits; absent: all by one. */
  readonly omega?: readonly bigint[];
}

/**
 * This party's share of the claim after a level: the value at its point of the polynomial h, of degree 2 in each variable, that
 * the sums define. The sum at the corner of ones is what the claim before leaves for it:
 * claim = sum of omega_j * h(j) over j in {0, 1}^v. Per variable, h(r) = h(0) + r (h(1) - h(0)) + (r^2 - r) h(inf), h(inf) being
 * the leading coefficient.
 */
export function nextClaim(
  engine: FieldEngine,
  field: CheckField,
  claim: bigint,
  { shares, point, omega }: Level,
): bigint {
  const variables = point.length;
  const words = readWords(shares);
  const ones = lastCorner(variables);
  const before = Array.from({ length: 2 ** variables - 1 }, (_, j) => {
    const corner = cornerOfBits(j, variables);
    return words[corner < ones ? corner : corner - 1] ?? 0n;
  });
  const weights = omega ?? before.map(() => 1n).concat(1n);
  const rest = field.subtract(claim, innerProduct(field, before, weights));
  const last = field.multiply(rest, field.invert(weights.at(-1) ?? 1n));
  const all = [...words.slice(0, ones), last, ...words.slice(ones)];
  return scratch(engine, () => {
    const h = putBytes(engine, writeWords(all));
    for (let b = variables - 1; b >= 0; b--) {
      const count = 3 ** b;
      const [one, leading] = [h + count * WORD_BYTES, h + 2 * count * WORD_BYTES];
      const r = point[b] ?? 0n;
      field.foldLines(engine, h, one, field.constant(engine, r), count);
      const curvature = field.subtract(field.multiply(r, r), r);
      field.addScaled(engine, leading, field.constant(engine, curvature), h, count);
    }
    return readWords(takeWords(engine, h, 1))[0] ?? 0n;
  });
}
