import { compareUtf8 } from '../../catalog/dictionary.ts';
import type { SqlType } from '../../catalog/types.ts';
import { type Position, TacitError } from '../../errors/tacit-error.ts';
import { choose } from '../logical/make-choice.ts';
import { steps } from '../logical/make-steps.ts';
import {
  isNullConstant,
  member,
  nullOf,
  number,
  type Scalar,
  scaled,
  type Typed,
  text,
  VARCHAR,
} from '../logical/scalar.ts';

/** Longest secret text. */
export const TEXT_BYTES_MAX = 256;
/** Most entries of a mapping that is made up while planning. */
export const DOMAIN_MAX = 4096;

/** The value of a text constant, in whichever form it is. */
export function textOf(scalar: Scalar): string | undefined {
  if (scalar.kind !== 'constant' || scalar.value === null) return undefined;
  const { value, dictionary, bytes } = scalar;
  if (typeof value === 'string') return value;
  if (dictionary !== undefined) return dictionary[Number(value)];
  return bytes === undefined ? undefined : decodeText(value);
}

function decodeText(value: bigint): string {
  const hex = value.toString(16);
  const digits = hex.padStart(hex.length + (hex.length % 2), '0');
  const bytes = Array.from({ length: digits.length / 2 }, (_, k) =>
    Number.parseInt(digits.slice(2 * k, 2 * k + 2), 16),
  );
  const end = bytes.findLastIndex((byte) => byte !== 0) + 1;
  return new TextDecoder().decode(Uint8Array.from(bytes.slice(0, end)));
}

/** Text as codes of one dictionary, or else as numbers of one length, whichever all of the scalars allow. */
export function unifyText(scalars: readonly Scalar[], at: Position): Scalar[] {
  const present = scalars.filter((scalar) => !isNullConstant(scalar));
  const texts = present.map(textOf);
  const secret = present.map(({ bytes }) => bytes).filter((bytes) => bytes !== undefined);
  const fixed = present.flatMap((scalar, k) => (texts[k] === undefined ? [scalar] : []));
  if (fixed.length === 0 && new Set(texts).size <= 1) return [...scalars];
  const words = present.flatMap((scalar, k) => scalar.dictionary ?? texts[k] ?? []);
  if (secret.length > 0) {
    const bytes = Math.max(...secret, ...words.map((word) => encodeUtf8(word).length));
    requireBytes(bytes, at);
    return scalars.map((scalar) => toBytes(scalar, bytes));
  }
  const dictionary = sortedWords(words);
  if (dictionary.length > DOMAIN_MAX) {
    throw new TacitError(
      'SQL_TOO_LARGE',
      `the text has more than ${DOMAIN_MAX} different values`,
      at,
    );
  }
  return scalars.map((scalar) => toDictionary(scalar, dictionary));
}

function requireBytes(bytes: number, at: Position): void {
  if (bytes <= TEXT_BYTES_MAX) return;
  throw new TacitError('SQL_TOO_LARGE', `text has at most ${TEXT_BYTES_MAX} bytes here`, at);
}

/** Distinct, ascending by UTF-8 bytes. */
export function sortedWords(words: readonly string[]): string[] {
  return [...new Set(words)].sort(compareUtf8);
}

function toDictionary(scalar: Scalar, dictionary: readonly string[]): Scalar {
  if (isNullConstant(scalar)) return nullOf(VARCHAR, scalar.at);
  const word = textOf(scalar);
  const codes = new Map(dictionary.map((word, code) => [word, BigInt(code)]));
  if (word !== undefined) {
    return { ...number(codes.get(word) ?? 0n, VARCHAR, scalar.at), dictionary };
  }
  const own = scalar.dictionary ?? [];
  const same = own.length === dictionary.length && own.every((word, k) => word === dictionary[k]);
  if (same) return scalar;
  const values = own.map((word) => codes.get(word) ?? 0n);
  return perCode(scalar, values, VARCHAR, { dictionary });
}

/** A value for every code of a dictionary (or for every integer from the lower bound on). */
export function perCode(
  operand: Scalar,
  values: readonly bigint[],
  type: SqlType,
  text: Pick<Typed, 'dictionary' | 'bytes'> = {},
  from = 0n,
): Scalar {
  const breaks = values.slice(1).map((_, k) => from + BigInt(k + 1));
  return steps(operand, breaks, values.length === 0 ? [0n] : values, type, operand.at, text);
}

/** Text as a big-endian number of 8 * bytes bits. */
function toBytes(scalar: Scalar, bytes: number): Scalar {
  const { at } = scalar;
  if (isNullConstant(scalar)) return nullOf(VARCHAR, at);
  const word = textOf(scalar);
  if (word !== undefined) return { ...number(encodeText(word, bytes, at), VARCHAR, at), bytes };
  if (scalar.dictionary !== undefined) {
    const values = scalar.dictionary.map((word) => encodeText(word, bytes, at));
    return perCode(scalar, values, VARCHAR, { bytes });
  }
  const missing = bytes - (scalar.bytes ?? bytes);
  return { ...scaled(scalar, 1n << BigInt(8 * missing), VARCHAR), bytes };
}

/** The number that stands for the first `bytes` bytes of a string. */
export function encodeText(text: string, bytes: number, at: Position): bigint {
  if (text.includes('\0')) {
    throw new TacitError('SQL_UNSUPPORTED', 'text with a NUL character is not supported', at);
  }
  const utf8 = encodeUtf8(text).slice(0, bytes);
  let value = 0n;
  for (let k = 0; k < bytes; k++) value = (value << 8n) | BigInt(utf8[k] ?? 0);
  return value;
}

export function encodeUtf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Every text of the operand through a function; null makes NULL. */
export function mapWords(
  operand: Scalar,
  change: (word: string) => string | null,
  at: Position,
): Scalar {
  const word = textOf(operand);
  const images = wordsOf(operand, at).map(change);
  if (word !== undefined) return textOrNull(images[0] ?? null, at);
  const dictionary = sortedWords(images.filter((image) => image !== null));
  const codes = new Map(dictionary.map((word, code) => [word, BigInt(code)]));
  const values = images.map((image) => codes.get(image ?? '') ?? 0n);
  return whereKnown(operand, images, perCode(operand, values, VARCHAR, { dictionary }), at);
}

/** A number (or NULL) for every text of the operand. */
export function mapWordsToNumber(
  operand: Scalar,
  value: (word: string) => bigint | null,
  type: SqlType,
  at: Position,
): Scalar {
  const images = wordsOf(operand, at).map(value);
  if (textOf(operand) !== undefined) {
    const [image = null] = images;
    return image === null ? nullOf(type, at) : number(image, type, at);
  }
  const values = images.map((image) => image ?? 0n);
  return whereKnown(operand, images, perCode(operand, values, type), at);
}

function whereKnown(
  operand: Scalar,
  images: readonly (string | bigint | null)[],
  mapped: Scalar,
  at: Position,
): Scalar {
  const none = images.flatMap((image, code) => (image === null ? [BigInt(code)] : []));
  if (none.length === 0) return mapped;
  const branch = { when: member(operand, none, at), then: nullOf(mapped.type, at) };
  return choose([branch], mapped, mapped.type, at);
}

function textOrNull(value: string | null, at: Position): Scalar {
  if (value === null) return nullOf(VARCHAR, at);
  return text(value, at);
}

/** All texts that the operand can be, in order of their codes; refuses secret text. */
export function wordsOf(operand: Scalar, at: Position): readonly string[] {
  const word = textOf(operand);
  if (word !== undefined) return [word];
  if (operand.dictionary !== undefined) return operand.dictionary;
  throw new TacitError(
    'SQL_UNSUPPORTED',
    'text without a dictionary supports only = <> < <= > >= IN, MIN, MAX and COUNT',
    at,
  );
}

/** A text constant as the only code of a dictionary; other scalars as they are. */
export function toEncoded(scalar: Scalar): Scalar {
  const word = textOf(scalar);
  return word === undefined || scalar.dictionary !== undefined || scalar.bytes !== undefined
    ? scalar
    : { ...number(0n, VARCHAR, scalar.at), dictionary: [word] };
}
