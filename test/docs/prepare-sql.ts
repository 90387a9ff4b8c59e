import type { TableVersion } from '../../src/catalog/table.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { type Prepared, prepare } from '../../src/engine/prepare.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { parseStatement } from '../../src/parser/parse.ts';
import { bind } from '../../src/planner/bind/bind.ts';
import { LAN } from '../../src/planner/network.ts';
import { versionOf } from '../planner/clear-answer.ts';
import { claims, PATIENTS, payments } from './example-tables.ts';
import { PARAMETERS } from './supported-sql.ts';

export const CLAIMS = claims();
export const PAYMENTS = payments(CLAIMS);

const PATIENTS_VERSION: TableVersion = {
  ...{ definition: PATIENTS, number: 1, digest: 'digest' },
  parts: [{ id: 'part', owner: 'north', rows: 100, root: '00' }],
};

/** The tables that the statements of the document read. */
export const CATALOG = { tables: [versionOf(CLAIMS), versionOf(PAYMENTS), PATIENTS_VERSION] };

/** What a party makes of a statement, with the parameters listed for it. */
export function prepared(sql: string): Prepared {
  return prepare(sql, CATALOG, LAN, nodeCrypto, PARAMETERS[sql]);
}

/** The error of a statement that is refused; throws if it is not. */
export function refusalOf(sql: string): TacitError {
  try {
    prepared(sql);
  } catch (error) {
    if (error instanceof TacitError) return error;
    throw error;
  }
  throw new Error(`accepted: ${sql}`);
}

/** Whether the binder accepts a statement, or the code with which it is refused. */
export function verdict(sql: string): 'accepted' | TacitError['code'] {
  try {
    bind(parseStatement(sql), CATALOG);
    return 'accepted';
  } catch (error) {
    if (error instanceof TacitError) return error.code;
    throw error;
  }
}
