import type { ColumnId } from '../../catalog/table.ts';
import { choose, extreme } from './make-choice.ts';
import { absolute, divide, remainder } from './make-division.ts';
import { fixed, ratio } from './make-ratio.ts';
import { steps } from './make-steps.ts';
import { inputsOf, type LogicalPlan, type SortKey } from './plan.ts';
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
  textFacts,
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
      return { ...negate(first, type, at), ...textFacts(scalar) };
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

/** Applies `change` to every whole expression of the plan, inputs first; see {@link mapOwnScalars}. */
export function mapScalars(plan: LogicalPlan, change: (scalar: Scalar) => Scalar): LogicalPlan {
  const inputs = inputsOf(plan).map((input) => mapScalars(input, change));
  return mapOwnScalars(withInputs(plan, inputs), change);
}

/**
 * Applies `change` to the whole expressions of one node: predicates, join and group keys, operands and filters of aggregates
 * and window functions, sort keys, outputs.
 */
export function mapOwnScalars(plan: LogicalPlan, change: (scalar: Scalar) => Scalar): LogicalPlan {
  const ordered = (keys: readonly SortKey[]) =>
    keys.map((key) => ({ ...key, scalar: change(key.scalar) }));
  const columns = <Column extends { readonly scalar: Scalar }>(list: readonly Column[]) =>
    list.map((each) => ({ ...each, scalar: change(each.scalar) }));
  switch (plan.kind) {
    case 'oneRow':
    case 'scan':
    case 'concat':
      return plan;
    case 'filter':
      return { ...plan, predicate: change(plan.predicate) };
    case 'aggregate':
      return {
        ...plan,
        keys: columns(plan.keys),
        aggregates: plan.aggregates.map((each) => withOptional(each, change)),
      };
    case 'project':
      return { ...plan, columns: columns(plan.columns) };
    case 'join': {
      const { condition, ...rest } = plan;
      const keys = plan.keys.map(({ left, right }) => ({
        left: change(left),
        right: change(right),
      }));
      return { ...rest, keys, ...(condition && { condition: change(condition) }) };
    }
    case 'window':
      return {
        ...plan,
        functions: plan.functions.map(({ otherwise, ...each }) => ({
          ...withOptional(each, change),
          ...(otherwise && { otherwise: change(otherwise) }),
          partition: each.partition.map(change),
          order: ordered(each.order),
        })),
      };
    case 'limit':
      return { ...plan, order: ordered(plan.order) };
    case 'output':
      return { ...plan, columns: columns(plan.columns), order: ordered(plan.order) };
  }
}

function withOptional<Part extends { readonly operand?: Scalar; readonly filter?: Scalar }>(
  part: Part,
  change: (scalar: Scalar) => Scalar,
): Part {
  const { operand, filter } = part;
  return {
    ...part,
    ...(operand && { operand: change(operand) }),
    ...(filter && { filter: change(filter) }),
  };
}

/** The node over other inputs, as many as it has. */
export function withInputs(plan: LogicalPlan, inputs: readonly LogicalPlan[]): LogicalPlan {
  if (inputsOf(plan).every((input, k) => input === inputs[k])) return plan;
  switch (plan.kind) {
    case 'oneRow':
    case 'scan':
      return plan;
    case 'join':
      return { ...plan, left: inputs[0] ?? plan.left, right: inputs[1] ?? plan.right };
    case 'concat':
      return { ...plan, inputs };
    default:
      return { ...plan, input: inputs[0] ?? plan.input };
  }
}

/** Applies `change` to every node of the plan, inputs first. */
export function mapNodes(
  plan: LogicalPlan,
  change: (node: LogicalPlan) => LogicalPlan,
): LogicalPlan {
  const inputs = inputsOf(plan).map((input) => mapNodes(input, change));
  return change(withInputs(plan, inputs));
}

/** All expressions of the plan. */
export function scalarsOf(plan: LogicalPlan): Scalar[] {
  return [...inputsOf(plan).flatMap(scalarsOf), ...ownScalarsOf(plan)];
}

/** The expressions of one node. */
export function ownScalarsOf(plan: LogicalPlan): Scalar[] {
  const found: Scalar[] = [];
  mapOwnScalars(plan, (scalar) => {
    found.push(scalar);
    return scalar;
  });
  return found;
}

/** The scalar with its columns elsewhere. */
export function moveColumns(scalar: Scalar, moved: (id: ColumnId) => number): Scalar {
  return rewriteScalar(scalar, (node) =>
    node.kind === 'column' ? { ...node, column: moved(node.column) as ColumnId } : node,
  );
}

/** The conditions that a predicate is the conjunction of. */
export function conjuncts(predicate: Scalar): readonly Scalar[] {
  return predicate.kind === 'logic' && predicate.op === 'and' ? predicate.operands : [predicate];
}

/** Ids of the columns that a scalar reads, ascending. */
export function columnsOf(scalar: Scalar): ColumnId[] {
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
