import type { Catalog } from '../../catalog/table.ts';
import { TacitError } from '../../errors/tacit-error.ts';
import type { CommonTable, JoinHint, Query } from '../../parser/syntax.ts';
import type { ParameterValue } from '../parameters.ts';
import type { Budget } from './budget.ts';
import type { QueryRows, Scope } from './scope.ts';

/** What names in FROM mean. */
export interface Environment {
  readonly catalog: Catalog;
  readonly parameters: readonly ParameterValue[];
  readonly budget: Budget;
  /** Common tables by their lower-case names, each with what it sees itself. */
  readonly common: ReadonlyMap<string, { readonly table: CommonTable; readonly sees: Environment }>;
  /** Of the SELECT whose joins are bound. */
  readonly hints?: readonly JoinHint[] | undefined;
  /** The queries around a subquery, whose columns it cannot read. */
  readonly farther: Scope | undefined;
  /** Binds a query. */
  readonly select: (query: Query, environment: Environment) => QueryRows;
}

/** The environment inside a query: its WITH clause hides what is outside. */
export function withCommonTables(query: Query, outer: Environment): Environment {
  let environment = outer;
  const names = new Set<string>();
  for (const table of query.with) {
    const name = table.name.toLowerCase();
    if (names.has(name)) {
      throw new TacitError('SQL_SYNTAX', `WITH names "${table.name}" twice`, table.at);
    }
    names.add(name);
    const common = new Map(environment.common);
    environment = { ...environment, common: common.set(name, { table, sees: environment }) };
  }
  return environment;
}
