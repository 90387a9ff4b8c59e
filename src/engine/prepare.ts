import type { Catalog } from '../catalog/table.ts';
import { compile } from '../compiler/compile.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { parseStatement } from '../parser/parse.ts';
import { type AuditPlan, auditPlan } from '../planner/audited-cells.ts';
import { bind } from '../planner/bind/bind.ts';
import type { Disclosure } from '../planner/disclosure.ts';
import { disclosures } from '../planner/disclosures.ts';
import { explainPlan } from '../planner/explain.ts';
import type { NetworkProfile } from '../planner/network.ts';
import type { ParameterValue } from '../planner/parameters.ts';
import { choose } from '../planner/physical/choose.ts';
import { enforceReveal } from '../planner/policy.ts';
import type { ResultShape } from '../planner/result-shape.ts';
import { optimize } from '../planner/rules/optimize.ts';
import { programDigest } from '../program/digest.ts';
import { isInteractive, type Measurement, measure } from '../program/measure.ts';
import { type Program, SECURITY_DEFAULT, type Security } from '../program/program.ts';
import { explain } from './explain.ts';
import { namedTables } from './named-tables.ts';
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
): Prepared {
  const statement = parseStatement(sql);
  const bound = bind(statement, catalog, parameters);
  enforceReveal(bound);
  const logical = optimize(bound);
  const physical = choose(logical, network);
  const { program, shape } = compile(physical, security);
  const disclosed = disclosures(physical, parameters.length);
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
    explain: explain(explainPlan(physical), program.suite, measurement, tables, disclosed),
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
