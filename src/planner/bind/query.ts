import type { Query } from '../../parser/syntax.ts';
import type { Environment } from './environment.ts';
import type { QueryRows } from './scope.ts';
import { bindSelect } from './select.ts';
import { bindSetOperation } from './set-operation.ts';

/** Binds a SELECT or a set operation of them. */
export function bindQuery(query: Query, environment: Environment): QueryRows {
  return query.kind === 'select'
    ? bindSelect(query, environment)
    : bindSetOperation(query, environment);
}
