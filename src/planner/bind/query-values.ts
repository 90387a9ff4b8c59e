import type { ColumnId } from '../../catalog/table.ts';
import { TacitError } from '../../errors/tacit-error.ts';
import { label } from '../../parser/print.ts';
import { rowsMax } from '../logical/multiplicity.ts';
import { type LogicalPlan, relationColumns } from '../logical/plan.ts';
import { columnsOf, rewriteScalar } from '../logical/rewrite.ts';
import { column, type Scalar } from '../logical/scalar.ts';
import type { Node } from './binder.ts';
import type { Environment } from './environment.ts';
import { projected } from './pieces.ts';
import { placeOf, QUERY_PLACE, shifted } from './places.ts';

interface QueryValue {
  readonly plan: LogicalPlan;
  /** Place of its first column while the SELECT is bound. */
  readonly first: number;
  /** It has its row always, and not perhaps none. */
  readonly certain: boolean;
  readonly label: string;
  readonly at: Scalar['at'];
}

/** The subqueries of one SELECT that stand for a value: one row each, joined to whatever reads it. */
export class QueryValues {
  readonly #values: QueryValue[] = [];
  readonly #known = new Map<string, Scalar>();
  readonly #environment: Environment;
  #next = QUERY_PLACE;

  /** `environment`: what the subqueries see. */
  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** The value of a subquery, which reads columns from QUERY_PLACE on. */
  add(node: Node<'scalarQuery'>): Scalar {
    // The same text means the same value: GROUP BY may repeat what SELECT says.
    const text = label(node);
    const value = this.#known.get(text) ?? this.#bind(node);
    this.#known.set(text, value);
    return { ...value, at: node.at };
  }

  #bind(node: Node<'scalarQuery'>): Scalar {
    const { query, at } = node;
    const rows = this.#environment.select(query, this.#environment);
    const [only, second] = rows.columns;
    if (only === undefined || second !== undefined) {
      const message = `a subquery as a value has one column, this has ${rows.columns.length}`;
      throw new TacitError('SQL_SYNTAX', message, at);
    }
    if (rowsMax(rows.plan) > 1n) {
      throw new TacitError(
        'SQL_UNSUPPORTED',
        'a subquery as a value must give one row for certain: an aggregate without GROUP BY, or LIMIT 1',
        at,
      );
    }
    const certain = isOneRow(rows.plan);
    const { plan, columns } = certain ? rows : projected(rows.plan, rows.columns);
    const first = this.#next;
    this.#next += relationColumns(plan).length;
    this.#values.push({ plan, first, certain, label: label(node), at });
    const scalar = shifted(columns[0]?.scalar ?? only.scalar, first);
    return certain ? scalar : withoutRow(scalar);
  }

  /** The plan with the rows of those subqueries that the scalars read, and how the scalars read them. */
  attach(input: Attached, scalars: readonly (Scalar | undefined)[]): Attached {
    const ids = scalars.flatMap((scalar) => (scalar === undefined ? [] : columnsOf(scalar)));
    return this.#values.reduce<Attached>((attached, value) => {
      const width = relationColumns(value.plan).length;
      const isRead = ids.some((id) => id >= value.first && id < value.first + width);
      return isRead && !attached.places.has(value.first) ? join(attached, value) : attached;
    }, input);
  }
}

/** A plan with the rows of some subqueries. */
export interface Attached {
  readonly plan: LogicalPlan;
  /** By the place that a subquery had: where its columns are now, and how many. */
  readonly places: ReadonlyMap<number, { readonly from: number; readonly width: number }>;
}

/** The scalar over a plan that the subqueries are attached to; columns of a right side are `by` further behind. */
export function overAttached({ places }: Attached, scalar: Scalar, by = 0): Scalar {
  return rewriteScalar(scalar, (node) => {
    if (node.kind !== 'column' || placeOf(node.column) !== 'query') return node;
    for (const [first, { from, width }] of places) {
      const offset = node.column - first;
      if (offset >= 0 && offset < width) {
        return { ...node, column: (by + from + offset) as ColumnId };
      }
    }
    return node;
  });
}

function join({ plan, places }: Attached, value: QueryValue): Attached {
  const { certain, label: text, at } = value;
  const width = relationColumns(value.plan).length;
  const from = relationColumns(plan).length;
  const now = new Map(places).set(value.first, { from, width });
  if (plan.kind === 'oneRow' && certain) return { plan: value.plan, places: now };
  return {
    plan: {
      ...{ kind: 'join', join: certain ? 'inner' : 'left', left: plan, right: value.plan },
      ...{ keys: [], nullAware: false, label: text, at },
    },
    places: now,
  };
}

/** Whether the plan has one row, whatever its inputs hold. */
export function isOneRow(plan: LogicalPlan): boolean {
  switch (plan.kind) {
    case 'oneRow':
      return true;
    case 'aggregate':
      return !plan.grouped;
    case 'project':
    case 'window':
      return isOneRow(plan.input);
    case 'join':
      return plan.join === 'inner' && plan.keys.length === 0 && plan.condition === undefined
        ? isOneRow(plan.left) && isOneRow(plan.right)
        : false;
    default:
      return false;
  }
}

/** The value of a query that may have no row: then NULL. */
function withoutRow(scalar: Scalar): Scalar {
  return rewriteScalar(scalar, (node) =>
    node.kind === 'column' ? column(node.column, { ...node, nullable: true }, node.at) : node,
  );
}
