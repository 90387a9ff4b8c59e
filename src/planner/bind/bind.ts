import type { Catalog } from '../../catalog/table.ts';
import type { Position } from '../../errors/tacit-error.ts';
import type { Statement } from '../../parser/syntax.ts';
import { requireFits, requireFitsWidest } from '../logical/arithmetic-types.ts';
import type { LogicalPlan, OutputColumn } from '../logical/plan.ts';
import { isNumeric, type Scalar, text } from '../logical/scalar.ts';
import type { ParameterValue } from '../parameters.ts';
import { Budget } from './budget.ts';
import type { Environment } from './environment.ts';
import { requireParameters } from './parameters.ts';
import { bindQuery } from './query.ts';
import type { NamedScalar } from './scope.ts';
import { textOf } from './text-encoding.ts';

/**
 * Turns a statement into a plan over the catalog: resolves names, derives types, bounds and nullability, and
 * refuses with a position what is wrong or not supported.
 */
export function bind(
  statement: Statement,
  catalog: Catalog,
  parameters: readonly ParameterValue[] = [],
): LogicalPlan {
  requireParameters(statement.parameters, parameters);
  const environment: Environment = {
    ...{ catalog, parameters, budget: new Budget() },
    ...{ common: new Map(), farther: undefined, select: bindQuery },
  };
  const { select } = statement;
  const { plan, columns, order } = bindQuery(select, environment);
  const at = select.kind === 'select' ? (select.items[0]?.at ?? select.at) : select.at;
  return {
    kind: 'output',
    input: plan,
    columns: columns.map((column) => output(column, at)),
    order,
  };
}

function output({ name, scalar }: NamedScalar, at: Position): OutputColumn {
  const { type } = scalar;
  const word = textOf(scalar);
  if (word !== undefined) return { name, type, scalar: text(word, scalar.at) };
  requireShowable(scalar, at);
  return { name, type, scalar };
}

/** Constants must fit their own type, as in DuckDB; what is computed the widest of its kind. */
function requireShowable(scalar: Scalar, at: Position): void {
  const { kind, type, bounds } = scalar;
  if (!isNumeric(type)) return;
  if (kind !== 'constant') requireFitsWidest(bounds, type, at);
  else if (typeof scalar.value === 'bigint') requireFits(scalar.value, type, at);
}
