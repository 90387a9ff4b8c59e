/** A finite double as numerator and denominator, a power of two. */
export function exactFraction(value: number): readonly [bigint, bigint] {
  let [scaled, shift] = [value, 0n];
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    shift++;
  }
  return [BigInt(scaled), 1n << shift];
}
