import { constantNumber } from '../../circuits/gadgets/numbers.ts';
import type { ScalarOf } from '../../planner/logical/scalar.ts';
import { encodingOf } from '../encoding-of.ts';
import type { NullableNumber } from './column-source.ts';
import type { Translator } from './translator.ts';

export function constant({ b }: Translator, scalar: ScalarOf<'constant'>): NullableNumber {
  const { value } = scalar;
  if (value === null) return { number: { bits: [b.zero], signed: false }, isNull: b.one };
  const code = typeof value === 'bigint' ? value : bytesAsNumber(value, scalar.bytes ?? 0);
  return { number: constantNumber(b, code, encodingOf(scalar)), isNull: b.zero };
}

/** The UTF-8 bytes of a text, followed by zeros, as a big-endian number. */
function bytesAsNumber(text: string, length: number): bigint {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > length) throw new RangeError('a text is longer than its bytes');
  let number = 0n;
  for (let i = 0; i < length; i += 1) number = (number << 8n) | BigInt(bytes[i] ?? 0);
  return number;
}
