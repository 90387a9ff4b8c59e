import type { LogicalPlan } from './plan.ts';
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
function withOperands(scalar: Scalar, operands: readonly Scalar[]): Scalar {
  const [first = scalar, second = scalar] = operands;
  switch (scalar.kind) {
    case 'constant':
    case 'column':
      return scalar;
    case 'negate':
      return negate(first, scalar.type, scalar.at);
    case 'arithmetic':
      return arithmetic(scalar.op, first, second, scalar.type, scalar.at);
    case 'scaled':
      return scaled(first, scalar.factor, scalar.type);
    case 'compare':
      return compare(scalar.op, first, second, scalar.at);
    case 'member':
      return member(first, scalar.values, scalar.at);
    case 'isNull':
      return isNull(first, scalar.at);
    case 'not':
      return not(first, scalar.at);
    case 'logic':
      return logic(scalar.op, operands, scalar.at);
  }
}

/** Applies `change` to every whole expression of the plan: filters, aggregate arguments and outputs. */
export function mapScalars(plan: LogicalPlan, change: (scalar: Scalar) => Scalar): LogicalPlan {
  switch (plan.kind) {
    case 'oneRow':
    case 'scan':
      return plan;
    case 'filter': {
      const input = mapScalars(plan.input, change);
      return { ...plan, input, predicate: change(plan.predicate) };
    }
    case 'aggregate': {
      const aggregates = plan.aggregates.map((aggregate) =>
        aggregate.operand === undefined
          ? aggregate
          : { ...aggregate, operand: change(aggregate.operand) },
      );
      return { ...plan, input: mapScalars(plan.input, change), aggregates };
    }
    case 'output': {
      const columns = plan.columns.map((column) =>
        column.value.kind === 'aggregate'
          ? column
          : { ...column, value: { ...column.value, scalar: change(column.value.scalar) } },
      );
      return { ...plan, input: mapScalars(plan.input, change), columns };
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
export function columnsOf(scalar: Scalar): Extract<Scalar, { kind: 'column' }>['column'][] {
  const found =
    scalar.kind === 'column' ? [scalar.column] : operandsOf(scalar).flatMap((o) => columnsOf(o));
  return [...new Set(found)].sort((a, b) => a - b);
}

/** Equal keys mean equal scalars, wherever they stand in the source. */
export function scalarKey(scalar: Scalar): string {
  const own = (() => {
    switch (scalar.kind) {
      case 'constant':
        return typeof scalar.value === 'string' ? JSON.stringify(scalar.value) : scalar.value;
      case 'column':
        return scalar.column;
      case 'arithmetic':
      case 'compare':
      case 'logic':
        return scalar.op;
      case 'scaled':
        return scalar.factor;
      case 'member':
        return scalar.values.join(',');
      default:
        return '';
    }
  })();
  return `${scalar.kind}[${own}](${operandsOf(scalar).map(scalarKey).join(' ')})`;
}
