import type { TableVersion } from '../catalog/table.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { TacitError } from '../errors/tacit-error.ts';
import { parseCommand } from '../parser/parse.ts';
import { normalisedSql } from '../parser/print.ts';
import type { PlanLimits } from '../planner/limits.ts';
import type { NetworkProfile } from '../planner/network.ts';
import type { ParameterValue } from '../planner/parameters.ts';
import type { Security } from '../program/program.ts';
import { TABLES_MAX } from './agree-versions.ts';
import { checkedTable, namedTables } from './named-tables.ts';
import { type Prepared, prepare } from './prepare.ts';

/** A statement with everything else that a plan depends on besides the tables. */
export interface Question {
  readonly sql: string;
  readonly parameters: readonly ParameterValue[];
  readonly network: NetworkProfile;
  /** As the consortium agreed. */
  readonly security: Security;
  /** As the consortium agreed; absent: the default. */
  readonly limits?: PlanLimits;
}

/** What a statement says of itself, before any table is looked at. */
export interface Outline {
  readonly explain: boolean;
  /** Lower-case names of the stored tables that it names, sorted. */
  readonly tables: readonly string[];
  /** The statement without regard to spelling. */
  readonly normalised: string;
}

/**
 * Reads and plans statements; may run elsewhere, because a large plan takes a good part of a second. A call whose signal is
 * aborted before its turn is dropped with the signal's reason; turns are fair among analysts.
 */
export interface Planner {
  /** SQL_SYNTAX, SQL_UNSUPPORTED or SQL_TOO_LARGE with the position. */
  outline(sql: string, signal?: AbortSignal, analyst?: string): Promise<Outline>;
  /** Plans on the given versions, one of each table. */
  plan(
    question: Question,
    tables: readonly TableVersion[],
    signal?: AbortSignal,
    analyst?: string,
  ): Promise<Prepared>;
}

/** A planner that computes where it is called. */
export function directPlanner(crypto: CryptoProvider): Planner {
  return {
    outline: async (sql) => outlineOf(sql),
    plan: async ({ sql, parameters, network, security, limits }, tables) =>
      prepare(sql, { tables }, network, crypto, parameters, security, limits),
  };
}

function outlineOf(sql: string): Outline {
  const statement = parseCommand(sql);
  const { explain } = statement;
  const tables = 'check' in statement ? [checkedTable(statement)] : namedTables(statement.select);
  if (tables.length > TABLES_MAX) {
    const message = `the statement names ${tables.length} tables; at most ${TABLES_MAX} are supported`;
    throw new TacitError('SQL_TOO_LARGE', message);
  }
  return { explain, tables, normalised: normalisedSql(statement) };
}
