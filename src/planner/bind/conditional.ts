import type { SqlType } from '../../catalog/types.ts';
import { type Position, TacitError } from '../../errors/tacit-error.ts';
import { foldNode } from '../logical/fold.ts';
import { type Branch, choose, extreme } from '../logical/make-choice.ts';
import { ratio } from '../logical/make-ratio.ts';
import { applyStep } from '../logical/real-steps.ts';
import {
  BOOLEAN,
  compare,
  HUGEINT,
  isNull,
  isNullConstant,
  logic,
  not,
  nullOf,
  number,
  type RealStep,
  type Scalar,
  truth,
} from '../logical/scalar.ts';
import type { Call, Operand } from './binder.ts';
import { bindComparison } from './comparison.ts';
import { constantDouble, isMissing, type Ratio } from './doubles.ts';
import { unify } from './joint-type.ts';

/** CASE WHEN … over bound conditions and values. */
export function bindCase(
  branches: readonly { readonly when: Scalar; readonly then: Operand }[],
  otherwise: Operand,
  at: Position,
): Scalar {
  // ELSE comes first, because DuckDB joins its type first.
  const { type, scalars } = unify([otherwise, ...branches.map(({ then }) => then)], 'CASE', at);
  const [last = otherwise.scalar, ...values] = scalars;
  const chosen = branches.map(({ when }, k) => ({ when, then: values[k] ?? last }));
  return chooseValue(chosen, last, type, at);
}

/** CASE of values in one type, DOUBLEs included. */
function chooseValue(
  branches: readonly Branch[],
  otherwise: Scalar,
  type: SqlType,
  at: Position,
): Scalar {
  if (type.kind === 'double') return chooseDouble(branches, otherwise, at);
  return foldNode(choose(branches, otherwise, type, at));
}

/** Numerator and denominator are chosen alike. Steps after the ratio must be common; a constant must not change by them. */
function chooseDouble(branches: readonly Branch[], otherwise: Scalar, at: Position): Scalar {
  const values = [...branches.map(({ then }) => then), otherwise];
  const ratios = values.filter((value): value is Ratio => value.kind === 'ratio');
  const [first] = ratios.filter((value) => constantDouble(value) === undefined);
  const after = first?.after ?? [];
  for (const value of ratios) requireSameSteps(value, after, at);
  const part = (pick: (value: Ratio) => Scalar, none: Scalar) => {
    const of = (value: Scalar) => (value.kind === 'ratio' ? pick(value) : none);
    const picked = branches.map(({ when, then }) => ({ when, then: of(then) }));
    return foldNode(choose(picked, of(otherwise), HUGEINT, at));
  };
  const numerator = part((value) => value.numerator, nullOf(HUGEINT, at));
  const denominator = part((value) => value.denominator, number(1n, HUGEINT, at));
  const roundings = Math.max(0, ...ratios.map((value) => value.roundings));
  return foldNode(ratio(numerator, denominator, roundings, after, at));
}

function requireSameSteps(value: Ratio, after: readonly RealStep[], at: Position): void {
  const constant = constantDouble(value);
  const same =
    constant === undefined
      ? JSON.stringify(value.after) === JSON.stringify(after)
      : Object.is(after.reduce(applyStep, constant), constant);
  if (same) return;
  throw new TacitError(
    'SQL_UNSUPPORTED',
    'a choice between DOUBLEs that were rounded or scaled differently is not supported; round or scale the whole CASE',
    at,
  );
}

/** COALESCE and IFNULL. */
export function bindCoalesce({ name, operands, at }: Call): Scalar {
  const { type, scalars } = unify(operands, name.toUpperCase(), at);
  const present = scalars.filter((scalar) => !isNullConstant(scalar));
  const end = present.findIndex((scalar) => !scalar.nullable);
  const used = end < 0 ? present : present.slice(0, end + 1);
  const last = used.at(-1);
  if (last === undefined) return nullOf(type, at);
  const branches = used.slice(0, -1).map((scalar) => ({
    when: foldNode(not(isMissing(scalar, at), at)),
    then: scalar,
  }));
  return branches.length === 0 ? last : chooseValue(branches, last, type, at);
}

/** NULLIF(a, b): NULL where a = b, else a. */
export function bindNullIf({ operands, at }: Call): Scalar {
  const [a, b] = operands;
  if (a === undefined || b === undefined) throw new RangeError('NULLIF takes two operands');
  const { type } = a.scalar;
  const equal = bindComparison('=', a.scalar, b.scalar, at);
  const value = type.kind === 'varchar' ? unify([a], 'NULLIF', at).scalars[0] : a.scalar;
  return chooseValue([{ when: equal, then: nullOf(type, at) }], value ?? a.scalar, type, at);
}

/** GREATEST and LEAST: NULLs are passed over. */
export function bindExtreme({ name, operands, at }: Call): Scalar {
  const fn = name === 'greatest' ? 'greatest' : 'least';
  const { type, scalars } = unify(operands, name.toUpperCase(), at);
  if (type.kind !== 'double') return foldNode(extreme(fn, scalars, type, at));
  const present = scalars.filter((scalar) => !isNullConstant(scalar));
  const [first, ...rest] = present;
  if (first === undefined) return nullOf(type, at);
  return rest.reduce((best, next) => {
    const better = bindComparison(fn === 'greatest' ? '>' : '<', next, best, at);
    const take = foldNode(logic('or', [better, isMissing(best, at)], at));
    const keep = foldNode(not(isMissing(next, at), at));
    const when = foldNode(logic('and', [take, keep], at));
    return chooseValue([{ when, then: next }], best, type, at);
  }, first);
}

/** a IS DISTINCT FROM b: never NULL, two NULLs are not distinct. */
export function bindDistinct(left: Scalar, right: Scalar, negated: boolean, at: Position): Scalar {
  const different = isDistinct(left, right, at);
  return negated ? foldNode(not(different, at)) : different;
}

function isDistinct(left: Scalar, right: Scalar, at: Position): Scalar {
  const [a, b] = [isMissing(left, at), isMissing(right, at)].map(foldNode);
  if (a === undefined || b === undefined) return truth(null, at);
  if (isNullConstant(left)) return foldNode(not(b, at));
  if (isNullConstant(right)) return foldNode(not(a, at));
  const oneMissing = foldNode(compare('<>', a, b, at));
  const different = certainly(bindComparison('<>', left, right, at), at);
  return foldNode(logic('or', [oneMissing, different], at));
}

/** Whether a condition has a certain truth value; NULL asks for an unknown one. */
export function bindIsTruth(condition: Scalar, value: boolean | null, at: Position): Scalar {
  if (value === null) return foldNode(isNull(condition, at));
  return certainly(value ? condition : foldNode(not(condition, at)), at);
}

/** TRUE where the condition is, FALSE elsewhere. */
function certainly(condition: Scalar, at: Position): Scalar {
  if (!condition.nullable) return condition;
  const branch = { when: condition, then: truth(true, at) };
  return foldNode(choose([branch], truth(false, at), BOOLEAN, at));
}
