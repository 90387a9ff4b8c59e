import { type Position, TacitError } from '../../errors/tacit-error.ts';
import { foldNode } from '../logical/fold.ts';
import { divide } from '../logical/make-division.ts';
import { BIGINT, HUGEINT, number, type Scalar } from '../logical/scalar.ts';
import { bindArithmetic } from './arithmetic.ts';
import type { Call, Operand } from './binder.ts';
import { bindCoalesce, bindExtreme, bindNullIf } from './conditional.ts';
import { asTime, bindDatePart, bindDateTrunc } from './date-parts.ts';
import { microsOf } from './date-steps.ts';
import { bindAbs, bindRounding, bindSign } from './rounding.ts';
import { textOf } from './text-encoding.ts';
import { bindConcat, bindTextFunction } from './text-functions.ts';

interface Definition {
  readonly arguments: readonly [least: number, most: number];
  readonly bind: (call: Call) => Scalar;
}

const MANY = 64;

function each(
  names: string,
  least: number,
  most: number,
  bind: (call: Call) => Scalar,
): Record<string, Definition> {
  const entries = names.split(' ').map((name) => [name, { arguments: [least, most], bind }]);
  return Object.fromEntries(entries) as Record<string, Definition>;
}

/** Every supported function of values. */
export const FUNCTIONS: Readonly<Record<string, Definition>> = {
  ...each('coalesce', 1, MANY, bindCoalesce),
  ...each('ifnull', 2, 2, bindCoalesce),
  ...each('nullif', 2, 2, bindNullIf),
  ...each('greatest least', 1, MANY, bindExtreme),
  ...each('abs', 1, 1, bindAbs),
  ...each('sign', 1, 1, bindSign),
  ...each('round trunc', 1, 2, bindRounding),
  ...each('floor ceil ceiling', 1, 1, bindRounding),
  ...each('mod', 2, 2, ({ operands, at }) => bindMod(operands, at)),
  ...each(
    'upper ucase lower lcase length len char_length character_length strlen',
    1,
    1,
    bindTextFunction,
  ),
  ...each('substring substr', 2, 3, bindTextFunction),
  ...each(
    'left right instr strpos starts_with prefix ends_with suffix contains',
    2,
    2,
    bindTextFunction,
  ),
  ...each('trim ltrim rtrim', 1, 2, bindTextFunction),
  ...each('replace', 3, 3, bindTextFunction),
  ...each('concat ||', 1, MANY, bindConcat),
  ...each('date_part datepart', 2, 2, named(bindDatePart)),
  ...each('date_trunc datetrunc', 2, 2, named(bindDateTrunc)),
  ...each(
    'year month day dayofmonth quarter week weekofyear dayofweek weekday isodow dayofyear hour minute second',
    ...([1, 1, datePart] as const),
  ),
  ...each(
    'epoch isoyear yearweek decade century millennium millisecond microsecond',
    1,
    1,
    datePart,
  ),
  ...each('epoch_ms', 1, 1, ({ operands, at }) => epochIn(1000n, operands, at)),
  ...each('epoch_us', 1, 1, ({ operands, at }) => epochIn(1n, operands, at)),
};

function datePart({ name, operands, at }: Call): Scalar {
  return bindDatePart(name, first(operands), at);
}

function named(bind: (part: string, operand: Scalar, at: Position) => Scalar) {
  return ({ name, operands, at }: Call): Scalar => {
    const part = textOf(first(operands));
    if (part === undefined) {
      throw new TacitError('SQL_UNSUPPORTED', `${name} takes a constant part, e.g. 'month'`, at);
    }
    return bind(part, first(operands.slice(1)), at);
  };
}

function first(operands: readonly Operand[]): Scalar {
  const [operand] = operands;
  if (operand === undefined) throw new RangeError('an argument is missing');
  return operand.scalar;
}

function bindMod(operands: readonly Operand[], at: Position): Scalar {
  const [a, b] = operands;
  if (a === undefined || b === undefined) throw new RangeError('MOD takes two arguments');
  return bindArithmetic('%', a, b, at);
}

/** Milliseconds or microseconds since 1970-01-01. */
function epochIn(unit: bigint, operands: readonly Operand[], at: Position): Scalar {
  const micros = { ...microsOf(asTime(first(operands), 'epoch_ms', at), at), type: BIGINT };
  if (unit === 1n) return micros;
  return foldNode(divide('truncate', micros, number(unit, HUGEINT, at), BIGINT, at));
}

/** Binds a call by its name; SQL_UNSUPPORTED for functions that do not exist here. */
export function bindCall(call: Call): Scalar {
  const { name, operands, at } = call;
  const definition = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (definition === undefined) {
    throw new TacitError('SQL_UNSUPPORTED', `the function ${name} is not supported`, at);
  }
  const [least, most] = definition.arguments;
  if (operands.length < least || operands.length > most) {
    const range = least === most ? `${least}` : `${least} to ${most}`;
    const message = `${name} takes ${range} arguments, not ${operands.length}`;
    throw new TacitError('SQL_TYPE', message, at);
  }
  return definition.bind(call);
}
