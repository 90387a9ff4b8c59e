const DECIMAL_DIGITS = 38;
/** DuckDB's widest unsigned integer; larger literals are doubles. */
const UHUGEINT_MAX = 2n ** 128n - 1n;

/** A literal as DuckDB prints it: integers and decimals exactly, others as the nearest double. */
export function printNumber(signed: string): string {
  const sign = signed.startsWith('-') ? '-' : '';
  const text = signed.slice(sign.length);
  const [whole = '', fraction] = text.split('.');
  if (/e/i.test(text)) return sign + printDouble(Number(text));
  const stripped = whole.replace(/^0+(?=\d)/, '');
  if (fraction === undefined) {
    const integer = BigInt(text);
    return sign + (integer > UHUGEINT_MAX ? printDouble(Number(text)) : stripped);
  }
  const digits = whole.length + fraction.length;
  return sign + (digits > DECIMAL_DIGITS ? printDouble(Number(text)) : `${stripped}.${fraction}`);
}

/** Shortest digits that read back equal, in exponent form from 1e16 on and below 1e-4. */
function printDouble(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '1e1000';
  if (value === 0 || (value >= 1e-4 && value < 1e16)) {
    return Number.isInteger(value) ? `${value}.0` : String(value);
  }
  const [mantissa, exponent = ''] = value.toExponential().split('e');
  return `${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
}
