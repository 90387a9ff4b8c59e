import { nodePlatform } from '../../cli/connect/analyst-platform.ts';
import { signerOf } from '../../server/engine/signer.ts';
import {
  certificateBytes,
  certificateKey,
  fingerprint,
  type Identity,
} from '../../server/identity/certificate.ts';
import { type Consortium, parseConsortium } from '../../server/identity/consortium.ts';
import { consortiumDigest, partiesDigest } from '../../server/identity/consortium-digest.ts';
import { createIdentity } from '../../server/identity/create-identity.ts';
import { type Parties, runQuery } from '../../src/client/query/run-query.ts';
import type { Security } from '../../src/program/program.ts';
import type { Receipt, ReceiptTable } from '../../src/receipt/receipt.ts';
import { connectionOf, inProcessConsortium } from '../engine/consortium.ts';
import type { TestTable } from '../oracle/tables.ts';

/** Three real parties whose receipts can be audited, with everybody's keys, as forgers might have them. */
export interface AuditedConsortium {
  /** Text of consortium.json. */
  readonly pins: string;
  readonly parties: readonly Identity[];
  readonly owners: ReadonlyMap<string, Identity>;
  readonly consortium: Consortium;
  /** The receipt of one statement, as a file. */
  receiptOf(sql: string, options?: Asked): Promise<Uint8Array>;
  /** A version that the parties still keep, as receipts describe it. */
  versionOf(table: string, number: number): ReceiptTable;
}

export interface Asked {
  readonly previous?: string;
  readonly parameters?: readonly (null | boolean | string | { readonly number: string })[];
}

/** A consortium of `owners` and one analyst, in which everybody's keys are new. */
export async function auditedConsortium(
  tables: readonly TestTable[],
  security: Security = 'active',
): Promise<AuditedConsortium> {
  const parties = await Promise.all(['alice', 'bob', 'carol'].map(createIdentity));
  const names = [...new Set(tables.flatMap(({ parts }) => parts.map(({ owner }) => owner)))];
  const people = await Promise.all(names.map(createIdentity));
  const owners = new Map(names.map((name, k) => [name, people[k] as Identity]));
  const analyst = await createIdentity('ann');
  const pins = pinsOf(parties, [...owners.values()], analyst, security);
  const consortium = parseConsortium(pins);
  const signers = parties.map(signerOf);
  const running = await inProcessConsortium(
    tables,
    () => ({}),
    (parts) => ({
      ...parts,
      ...{ security, consortium: consortiumDigest(consortium) },
      signer: signers[parts.self] ?? parts.signer,
      identities: signers.map(({ publicKey }) => publicKey),
    }),
    {
      consortium: partiesDigest(consortium),
      parties: signers,
      owner: (name) => signerOf(owners.get(name) as Identity),
    },
  );
  const asking = fingerprint(certificateBytes(analyst.certificate));
  const doors = running.engines.map((engine, k) => ({
    ...connectionOf(engine, k, asking),
    identity: signers[k]?.publicKey ?? new Uint8Array(),
  }));
  const receiptOf = async (sql: string, options: Asked = {}) => {
    const statement = { sql, ...options };
    const { receipt } = await runQuery(doors as unknown as Parties, statement, nodePlatform);
    if (!receipt) throw new TypeError('an answer of shares has a receipt');
    return new TextEncoder().encode(receipt.text());
  };
  const versionOf = (name: string, number: number): ReceiptTable => {
    const versions = running.stores[0]?.tables() ?? [];
    const found = versions.find((one) => one.definition.name === name && one.number === number);
    if (!found) throw new TypeError(`version ${number} of table ${name} is kept`);
    const { certificate, definition: table, digest } = found;
    return {
      name,
      version: number,
      digest,
      definition: { table, owners: found.owners },
      certificate,
    };
  };
  return { pins, parties, owners, consortium, receiptOf, versionOf };
}

function pinsOf(
  parties: readonly Identity[],
  owners: readonly Identity[],
  analyst: Identity,
  security: Security,
): string {
  const file: Consortium = {
    format: 1,
    threshold: 1,
    security,
    tls: true,
    parties: parties.map(({ certificate, name }, index) => ({
      ...{ name, index, certificate },
      control: `https://127.0.0.1:${7100 + index}`,
      exchange: `https://127.0.0.1:${7200 + index}`,
      identityKey: certificateKey(certificate)?.toString('base64') ?? '',
    })),
    members: [
      ...owners.map(({ certificate, name }) => ({ name, roles: ['owner' as const], certificate })),
      { name: analyst.name, roles: ['analyst'], certificate: analyst.certificate },
    ],
  };
  return JSON.stringify(file, null, 2);
}

/** What a receipt's file says. */
export function parsed(bytes: Uint8Array): Receipt {
  return JSON.parse(new TextDecoder().decode(bytes));
}
