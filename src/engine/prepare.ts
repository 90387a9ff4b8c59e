import { findTable } from '../catalog/lookup.ts';
import type { Catalog } from '../catalog/table.ts';
import { compileCheck } from '../compiler/check-table.ts';
import { compile } from '../compiler/compile.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { parseCommand } from '../parser/parse.ts';
import type { CheckTable, Statement } from '../parser/syntax.ts';
import { type AuditPlan, auditPlan } from '../planner/audited-cells.ts';
import { bind } from '../planner/bind/bind.ts';
import { requireParameters } from '../planner/bind/parameters.ts';
import { checkDisclosures, checkPlan, explainCheck } from '../planner/check-plan.ts';
import { countOfPairs, withOnePair } from '../planner/disclosed-pairs.ts';
import type { Disclosure } from '../planner/disclosure.ts';
import { disclosures } from '../planner/disclosures.ts';
import { explainPlan } from '../planner/explain.ts';
import { PLAN_LIMITS, type PlanLimits } from '../planner/limits.ts';
import type { LogicalPlan } from '../planner/logical/plan.ts';
import type { NetworkProfile } from '../planner/network.ts';
import type { ParameterValue } from '../planner/parameters.ts';
import { choose } from '../planner/physical/choose.ts';
import { enforceReveal } from '../planner/policy.ts';
import type { ResultShape } from '../planner/result-shape.ts';
import { optimize } from '../planner/rules/optimize.ts';
import { programDigest } from '../program/digest.ts';
import { isInteractive, type Measurement, measure } from '../program/measure.ts';
import { type Program, SECURITY_DEFAULT, type Security } from '../program/program.ts';
import { sortOutlooks } from '../program/sort-record.ts';
import { requireAnswerFits } from './answer-size.ts';
import { explain } from './explain.ts';
import { checkedTable, namedTables } from './named-tables.ts';
import type { TableRead } from './query.ts';

/** A statement ready to run: what every party must derive identically. */
export interface Prepared {
  /** The statement asks for its explanation only. */
  readonly explainOnly: boolean;
  readonly program: Program;
  readonly digest: Uint8Array;
  readonly shape: ResultShape;
  readonly disclosures: readonly Disclosure[];
  readonly measurement: Measurement;
  readonly tables: readonly TableRead[];
  /** Totals in the answer that owners have committed to. */
  readonly audit: AuditPlan;
  readonly explain: string;
}

/**
 * From SQL text and the values of its parameters to a program: parse, bind, check what owners allow, optimize, choose,
 * compile for parties that follow the protocol (passive) or may not (active). Errors carry the position in `sql`.
 */
export function prepare(
  sql: string,
  catalog: Catalog,
  network: NetworkProfile,
  crypto: Pick<CryptoProvider, 'sha256'>,
  parameters: readonly ParameterValue[] = [],
  security: Security = SECURITY_DEFAULT,
  limits: PlanLimits = PLAN_LIMITS,
): Prepared {
  const statement = parseCommand(sql);
  if ('check' in statement) {
    requireParameters(0, parameters);
    return prepareCheck(statement, catalog, crypto, security);
  }
  const { logical, more } = planOf(statement, catalog, parameters, (plan) =>
    requireAnswerFits(compile(choose(plan, network, limits), security).program),
  );
  const physical = choose(logical, network, limits);
  const { program, shape } = compile(physical, security);
  requireAnswerFits(program);
  const disclosed = [...disclosures(physical, parameters.length), ...more];
  const names = namedTables(statement.select);
  const measurement = measure(program, isInteractive(program) || names.length > 0);
  const tables = tablesRead(catalog, names);
  return {
    explainOnly: statement.explain,
    program,
    digest: programDigest(crypto, program),
    shape,
    disclosures: disclosed,
    measurement,
    tables,
    audit: auditPlan(logical),
    explain: explain(
      explainPlan(physical),
      program.suite,
      measurement,
      tables,
      disclosed,
      sortOutlooks(program),
    ),
  };
}

/** The optimized plan of a statement, or of the count that it asks for first, and what that discloses more. */
function planOf(
  statement: Statement,
  catalog: Catalog,
  parameters: readonly ParameterValue[],
  requirePlannable: (plan: LogicalPlan) => void,
): { readonly logical: LogicalPlan; readonly more: readonly Disclosure[] } {
  const bound = bind(statement, catalog, parameters);
  enforceReveal(bound);
  const logical = optimize(bound);
  if (statement.disclosed === undefined) return { logical, more: [] };
  const { plan, discloses } = countOfPairs(logical, statement.disclosed);
  requirePlannable(withOnePair(logical));
  enforceReveal(plan);
  return { logical: optimize(plan), more: [discloses] };
}

/** CHECK TABLE needs no plan of expressions, and no network changes how it is computed. */
function prepareCheck(
  statement: CheckTable,
  catalog: Catalog,
  crypto: Pick<CryptoProvider, 'sha256'>,
  security: Security,
): Prepared {
  const { check, explain: explainOnly } = statement;
  const plan = checkPlan(findTable(catalog, check.name, check.at));
  const { program, shape } = compileCheck(plan, security);
  const disclosed = checkDisclosures(plan);
  const measurement = measure(program, true);
  const tables = tablesRead(catalog, [checkedTable(statement)]);
  return {
    ...{ explainOnly, program, shape, measurement, tables },
    digest: programDigest(crypto, program),
    disclosures: disclosed,
    audit: { totals: [], cells: shape.columns.map(() => undefined) },
    explain: explain(explainCheck(plan), program.suite, measurement, tables, disclosed),
  };
}

/** The versions of the named tables, in the order of names. */
function tablesRead({ tables }: Catalog, names: readonly string[]): readonly TableRead[] {
  return names.flatMap((name) =>
    tables
      .filter(({ definition }) => definition.name.toLowerCase() === name)
      .map(({ definition, digest, number }) => ({
        ...{ name: definition.name, version: number, digest },
      })),
  );
}
