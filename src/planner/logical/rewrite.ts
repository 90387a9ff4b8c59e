import { choose, extreme } from './make-choice.ts';
import { absolute, divide, remainder } from './make-division.ts';
import { fixed, ratio } from './make-ratio.ts';
import { steps } from './make-steps.ts';
import type { LogicalPlan, SortKey } from './plan.ts';
import {
  arithmetic,
  compare,
  isNull,
  logic,
  member,
  negate,
  not,
  operandsOf,
  type Scalar,
  type ScalarOf,
  scaled,
} from './scalar.ts';

/** Rebuilds a scalar bottom-up; `change` sees every node with its operands already changed. */
export function rewriteScalar(scalar: Scalar, change: (node: Scalar) => Scalar): Scalar {
  const before = operandsOf(scalar);
  const after = before.map((operand) => rewriteScalar(operand, change));
  const same = after.every((operand, k) => operand === before[k]);
  return change(same ? scalar : withOperands(scalar, after));
}

/** The same node over other operands, with bounds and nullability derived anew. */
export function withOperands(scalar: Scalar, operands: readonly Scalar[]): Scalar {
  const [first = scalar, second = scalar] = operands;
  const { type, at } = scalar;
  switch (scalar.kind) {
    case 'constant':
    case 'column':
      return scalar;
    case 'negate':
      return negate(first, type, at);
    case 'arithmetic':
      return arithmetic(scalar.op, first, second, type, at);
    case 'scaled':
      return scaled(first, scalar.factor, type);
    case 'absolute':
      return absolute(first, type, at);
    case 'divide':
      return divide(scalar.rounding, first, second, type, at);
    case 'remainder':
      return remainder(first, second, type, at);
    case 'choose':
      return withValues(scalar, operands);
    case 'extreme':
      return extreme(scalar.fn, operands, type, at);
    case 'steps':
      return steps(first, scalar.breaks, scalar.values, type, at, scalar);
    case 'ratio':
      return ratio(first, second, scalar.roundings, scalar.after, at);
    case 'fixed':
      return fixed(first, scalar.fractionBits, at);
    case 'compare':
      return compare(scalar.op, first, second, at);
    case 'member':
      return member(first, scalar.values, at);
    case 'isNull':
      return isNull(first, at);
    case 'not':
      return not(first, at);
    case 'logic':
      return logic(scalar.op, operands, at);
  }
}

function withValues(scalar: ScalarOf<'choose'>, operands: readonly Scalar[]): Scalar {
  const branches = scalar.branches.map(({ when, then }, k) => ({
    when: operands[2 * k] ?? when,
    then: operands[2 * k + 1] ?? then,
  }));
  const otherwise = operands.at(-1) ?? scalar.otherwise;
  return choose(branches, otherwise, scalar.type, scalar.at);
}

/**
 * Applies `change` to every whole expression of the plan: filters, group keys, aggregate operands and their filters, sort keys
 * and outputs.
 */
export function mapScalars(plan: LogicalPlan, change: (scalar: Scalar) => Scalar): LogicalPlan {
  const ordered = (keys: readonly SortKey[]) =>
    keys.map((key) => ({ ...key, scalar: change(key.scalar) }));
  const mapped = (input: LogicalPlan) => mapScalars(input, change);
  switch (plan.kind) {
    case 'oneRow':
    case 'scan':
      return plan;
    case 'filter': {
      const input = mapped(plan.input);
      return { ...plan, input, predicate: change(plan.predicate) };
    }
    case 'aggregate': {
      const input = mapped(plan.input);
      const keys = plan.keys.map((key) => ({ ...key, scalar: change(key.scalar) }));
      const aggregates = plan.aggregates.map(({ operand, filter, ...rest }) => ({
        ...rest,
        ...(operand && { operand: change(operand) }),
        ...(filter && { filter: change(filter) }),
      }));
      return { ...plan, input, keys, aggregates };
    }
    case 'limit':
      return { ...plan, input: mapped(plan.input), order: ordered(plan.order) };
    case 'output': {
      const input = mapped(plan.input);
      const columns = plan.columns.map((c) => ({ ...c, scalar: change(c.scalar) }));
      return { ...plan, input, columns, order: ordered(plan.order) };
    }
  }
}

/** Applies `change` to every node of the plan, inputs first. */
export function mapNodes(
  plan: LogicalPlan,
  change: (node: LogicalPlan) => LogicalPlan,
): LogicalPlan {
  return change(
    plan.kind === 'oneRow' || plan.kind === 'scan'
      ? plan
      : { ...plan, input: mapNodes(plan.input, change) },
  );
}

/** All expressions of the plan. */
export function scalarsOf(plan: LogicalPlan): Scalar[] {
  const found: Scalar[] = [];
  mapScalars(plan, (scalar) => {
    found.push(scalar);
    return scalar;
  });
  return found;
}

/** Ids of the columns that a scalar reads, ascending. */
export function columnsOf(scalar: Scalar): ScalarOf<'column'>['column'][] {
  const found =
    scalar.kind === 'column' ? [scalar.column] : operandsOf(scalar).flatMap((o) => columnsOf(o));
  return [...new Set(found)].sort((a, b) => a - b);
}

/** Equal keys mean equal scalars, wherever they stand in the source; types and dictionaries apart. */
export function scalarKey(scalar: Scalar): string {
  const operands = operandsOf(scalar).map(scalarKey).join(' ');
  return `${scalar.kind}[${ownKey(scalar)}](${operands})`;
}

function ownKey(scalar: Scalar): string {
  switch (scalar.kind) {
    case 'constant':
      return typeof scalar.value === 'string' ? JSON.stringify(scalar.value) : `${scalar.value}`;
    case 'column':
      return `${scalar.column}`;
    case 'arithmetic':
    case 'compare':
    case 'logic':
      return scalar.op;
    case 'scaled':
      return `${scalar.factor}`;
    case 'divide':
      return scalar.rounding;
    case 'extreme':
      return scalar.fn;
    case 'choose':
      return `${scalar.branches.length}`;
    case 'steps':
      return `${scalar.breaks.join(',')};${scalar.values.join(',')}`;
    case 'ratio':
      return `${scalar.roundings};${JSON.stringify(scalar.after)}`;
    case 'fixed':
      return `${scalar.fractionBits}`;
    case 'member':
      return scalar.values.join(',');
    default:
      return '';
  }
}
