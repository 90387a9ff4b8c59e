import { invariant } from '../../errors/tacit-error.ts';
import type { CircuitBuilder } from '../builder.ts';
import type { Wire } from '../circuit.ts';

/** An integer as wires, least significant bit first; two's complement if signed. */
export interface BitNumber {
  readonly bits: readonly Wire[];
  readonly signed: boolean;
}

/** Width and signedness of a number; structurally the catalog's Encoding. */
export interface NumberEncoding {
  readonly width: number;
  readonly signed: boolean;
}

/** A number from fresh inputs, least significant bit first. */
export function inputNumber(b: CircuitBuilder, encoding: NumberEncoding): BitNumber {
  const bits = Array.from({ length: encoding.width }, () => b.input());
  return { bits, signed: encoding.signed };
}

/** A public number. 0 ANDs, and gates that read it fold. The value must fit the encoding. */
export function constantNumber(
  b: CircuitBuilder,
  value: bigint,
  encoding: NumberEncoding,
): BitNumber {
  const { min, max } = rangeOf(encoding);
  invariant(min <= value && value <= max, 'a constant does not fit its encoding');
  const bits = Array.from({ length: encoding.width }, (_, i) =>
    (value >> BigInt(i)) & 1n ? b.one : b.zero,
  );
  return { bits, signed: encoding.signed };
}

/** The lowest `width` bits of x, extended by its sign (or by zeros if unsigned). 0 ANDs. */
export function extend(b: CircuitBuilder, x: BitNumber, width: number): Wire[] {
  const filler = x.signed ? (x.bits.at(-1) ?? b.zero) : b.zero;
  return Array.from({ length: width }, (_, i) => x.bits[i] ?? filler);
}

/** x in another encoding that holds its value. 0 ANDs. */
export function recode(b: CircuitBuilder, x: BitNumber, to: NumberEncoding): BitNumber {
  return { bits: extend(b, x, to.width), signed: to.signed };
}

/** The width in which both numbers are exact in one encoding, signed if either is. */
export function jointEncoding(x: BitNumber, y: BitNumber): NumberEncoding {
  const signed = x.signed || y.signed;
  const widthOf = (n: BitNumber) => n.bits.length + (signed && !n.signed ? 1 : 0);
  return { width: Math.max(widthOf(x), widthOf(y)), signed };
}

/** Inclusive range of the integers that an encoding holds. */
export function rangeOf(encoding: NumberEncoding): { readonly min: bigint; readonly max: bigint } {
  const { width, signed } = encoding;
  if (!signed) return { min: 0n, max: (1n << BigInt(width)) - 1n };
  const half = 1n << BigInt(width - 1);
  return { min: -half, max: half - 1n };
}
