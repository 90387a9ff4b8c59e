import { printType } from '../../catalog/types.ts';
import { type Position, TacitError } from '../../errors/tacit-error.ts';
import { foldNode } from '../logical/fold.ts';
import {
  arithmetic,
  BIGINT,
  BOOLEAN,
  INTEGER,
  isNullConstant,
  member,
  nullOf,
  type Scalar,
  scaled,
  text,
  truth,
  VARCHAR,
} from '../logical/scalar.ts';
import type { Call } from './binder.ts';
import { toText } from './casts.ts';
import { bindCoalesce } from './conditional.ts';
import { integerOf } from './doubles.ts';
import {
  left,
  lowerCase,
  matches,
  positionOf,
  readPattern,
  right,
  substring,
  trim,
  upperCase,
} from './strings.ts';
import {
  DOMAIN_MAX,
  encodeUtf8,
  mapWords,
  mapWordsToNumber,
  perCode,
  sortedWords,
  textOf,
  wordsOf,
} from './text-encoding.ts';

type Constants = readonly (string | number)[];

const TO_TEXT: Readonly<Record<string, (word: string, given: Constants) => string>> = {
  upper: upperCase,
  ucase: upperCase,
  lower: lowerCase,
  lcase: lowerCase,
  substring: (word, [start, length]) =>
    substring(word, Number(start), length as number | undefined),
  substr: (word, [start, length]) => substring(word, Number(start), length as number | undefined),
  left: (word, [count]) => left(word, Number(count)),
  right: (word, [count]) => right(word, Number(count)),
  trim: (word, [letters]) => trim(word, 'both', letters as string | undefined),
  ltrim: (word, [letters]) => trim(word, 'left', letters as string | undefined),
  rtrim: (word, [letters]) => trim(word, 'right', letters as string | undefined),
  replace: (word, [from, to]) =>
    from === '' ? word : word.replaceAll(String(from), () => String(to)),
};

const TO_NUMBER: Readonly<Record<string, (word: string, given: Constants) => number>> = {
  length: (word) => [...word].length,
  len: (word) => [...word].length,
  char_length: (word) => [...word].length,
  character_length: (word) => [...word].length,
  strlen: (word) => encodeUtf8(word).length,
  instr: (word, [part]) => positionOf(word, String(part)),
  strpos: (word, [part]) => positionOf(word, String(part)),
};

const TO_TRUTH: Readonly<Record<string, (word: string, given: Constants) => boolean>> = {
  starts_with: (word, [part]) => word.startsWith(String(part)),
  prefix: (word, [part]) => word.startsWith(String(part)),
  ends_with: (word, [part]) => word.endsWith(String(part)),
  suffix: (word, [part]) => word.endsWith(String(part)),
  contains: (word, [part]) => word.includes(String(part)),
};

/** UPPER, SUBSTRING, LENGTH and their like: public functions of the dictionary, with constants beside. */
export function bindTextFunction({ name, operands, at }: Call): Scalar {
  const [operand, ...rest] = operands.map(({ scalar }) => scalar);
  const type = name in TO_TEXT ? VARCHAR : name in TO_NUMBER ? BIGINT : BOOLEAN;
  if (operand === undefined) throw new RangeError(name);
  requireText(operand, name);
  if (isNullConstant(operand) || rest.some(isNullConstant)) return nullOf(type, at);
  const given = rest.map((scalar) => constantOf(scalar, name, at));
  const [toTextOf, toNumberOf, holds] = [TO_TEXT[name], TO_NUMBER[name], TO_TRUTH[name]];
  if (toTextOf !== undefined) return mapWords(operand, (word) => toTextOf(word, given), at);
  if (toNumberOf !== undefined) {
    return mapWordsToNumber(operand, (word) => BigInt(toNumberOf(word, given)), BIGINT, at);
  }
  return wordsWhere(operand, (word) => holds?.(word, given) ?? false, at);
}

function requireText(operand: Scalar, name: string): void {
  const { type, at } = operand;
  if (type.kind === 'varchar' || isNullConstant(operand)) return;
  const message = `${name.toUpperCase()} takes VARCHAR, this is ${printType(type)}`;
  throw new TacitError('SQL_TYPE', message, at);
}

function constantOf(scalar: Scalar, name: string, at: Position): string | number {
  const value = textOf(scalar) ?? integerOf(scalar);
  if (value !== undefined) return typeof value === 'bigint' ? Number(value) : value;
  throw new TacitError(
    'SQL_UNSUPPORTED',
    `${name.toUpperCase()} takes constants after its first argument`,
    at,
  );
}

function wordsWhere(operand: Scalar, holds: (word: string) => boolean, at: Position): Scalar {
  const word = textOf(operand);
  if (word !== undefined) return truth(holds(word), at);
  const codes = wordsOf(operand, at).flatMap((each, code) => (holds(each) ? [BigInt(code)] : []));
  return foldNode(member(operand, codes, at));
}

/** operand LIKE pattern [ESCAPE letter] over a dictionary; the pattern is constant. */
export function bindLike(
  operand: Scalar,
  pattern: Scalar,
  escapedBy: Scalar | undefined,
  ignoreCase: boolean,
  at: Position,
): Scalar {
  const name = ignoreCase ? 'ILIKE' : 'LIKE';
  for (const side of [operand, pattern]) {
    if (!isNullConstant(side) && side.type.kind !== 'varchar') {
      const message = `${name} takes VARCHAR, this is ${printType(side.type)}`;
      throw new TacitError('SQL_TYPE', message, side.at);
    }
  }
  if ([operand, pattern, escapedBy].some((side) => side !== undefined && isNullConstant(side))) {
    return truth(null, at);
  }
  const written = String(constantOf(pattern, name, at));
  const letter = escapedBy === undefined ? undefined : String(constantOf(escapedBy, name, at));
  if (letter !== undefined && [...letter].length > 1) {
    throw new TacitError('SQL_TYPE', 'ESCAPE takes a single letter', at);
  }
  const fold = ignoreCase ? lowerCase : (word: string) => word;
  const parts = readPattern(fold(written), letter === undefined ? undefined : fold(letter));
  if (parts === undefined) {
    throw new TacitError('SQL_TYPE', 'the pattern must not end with its escape letter', at);
  }
  return wordsWhere(operand, (word) => matches(fold(word), parts), at);
}

/** CONCAT, which passes over NULLs, and ||, which is NULL if an operand is. */
export function bindConcat({ name, operands, at }: Call): Scalar {
  const scalars = operands.map(({ scalar }) => scalar);
  if (name === '||' && scalars.some(isNullConstant)) return nullOf(INTEGER, at);
  const texts = scalars
    .filter((scalar) => !isNullConstant(scalar))
    .map((scalar) => toText(scalar, at));
  const parts = name === '||' ? texts : texts.map((part) => orEmpty(part, at));
  return parts.reduce((all, part) => joined(all, part, at), text('', at) as Scalar);
}

function orEmpty(scalar: Scalar, at: Position): Scalar {
  if (!scalar.nullable) return scalar;
  const operands = [scalar, text('', at)].map((each) => ({ scalar: each, literal: false }));
  return bindCoalesce({ name: 'coalesce', operands, at });
}

function joined(a: Scalar, b: Scalar, at: Position): Scalar {
  const [x, y] = [textOf(a), textOf(b)];
  if (y !== undefined) return mapWords(a, (word) => word + y, at);
  if (x !== undefined) return mapWords(b, (word) => x + word, at);
  const [first, second] = [wordsOf(a, at), wordsOf(b, at)];
  if (first.length * second.length > DOMAIN_MAX) {
    throw new TacitError(
      'SQL_UNSUPPORTED',
      `joining two text columns is supported for at most ${DOMAIN_MAX} combinations of their values`,
      at,
    );
  }
  const pairs = first.flatMap((word) => second.map((other) => word + other));
  const dictionary = sortedWords(pairs);
  const codes = new Map(dictionary.map((word, code) => [word, BigInt(code)]));
  const row = foldNode(scaled(a, BigInt(second.length), INTEGER));
  const index = foldNode(arithmetic('+', row, b, INTEGER, at));
  const images = pairs.map((pair) => codes.get(pair) ?? 0n);
  return foldNode(perCode(index, images, VARCHAR, { dictionary }));
}
