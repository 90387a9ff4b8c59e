import { expect } from 'vitest';
import { auditReceipts } from '../../src/audit/audit.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { nodeKeys } from '../../src/crypto/node-keys.ts';
import type { Receipt, ReceiptTable } from '../../src/receipt/receipt.ts';
import { plainTable, variedRow } from '../security/plain-table.ts';
import { type AuditedConsortium, auditedConsortium, parsed } from './audited-consortium.ts';
import { type Change, type Draft, forge, resign } from './forger.ts';

export const SQL = 'SELECT COUNT(a) AS n, SUM(b) AS s FROM t WHERE c > 0';
const TABLE = plainTable([9, 4], variedRow);
const OTHER = { ...TABLE, definition: { ...TABLE.definition, name: 'u' } };

/** A consortium, honest receipts of it, and who has got hold of which keys. */
export interface ForgeryGround {
  readonly consortium: AuditedConsortium;
  readonly receipt: Receipt;
  /** Of the same statement, asked again. */
  readonly again: Receipt;
  /** Of another table. */
  readonly other: Receipt;
  /** The version before the one that the receipt reads, as the parties certified it. */
  readonly older: ReceiptTable;
  /** The lines that refuse a file. */
  refused(change: Change): string[];
  /** The same after all parties have signed the change: what is refused then follows from the content alone. */
  refusedAlthoughSigned(change: Change): string[];
  /** The same after parties 1 and 2 have signed it. */
  refusedOfTwo(change: Change): string[];
}

export async function forgeryGround(): Promise<ForgeryGround> {
  const consortium = await auditedConsortium([TABLE, OTHER]);
  const { parties, pins } = consortium;
  const receipt = parsed(await consortium.receiptOf(SQL));
  const refused = (change: Change) => refusedBy(forge(receipt, change), pins);
  const signedBy = (signers: typeof parties) => (change: Change) =>
    refused((draft: Draft) => {
      change(draft);
      resign(draft, signers);
    });
  return {
    ...{ consortium, receipt, refused },
    again: parsed(await consortium.receiptOf(SQL)),
    other: parsed(await consortium.receiptOf(SQL.replace('FROM t', 'FROM u'))),
    older: consortium.versionOf('t', 1),
    refusedAlthoughSigned: signedBy(parties),
    refusedOfTwo: signedBy(parties.slice(0, 2)),
  };
}

function refusedBy(bytes: Uint8Array, pins: string): string[] {
  const platform = { crypto: nodeCrypto, keys: nodeKeys };
  const { files, passed } = auditReceipts(platform, [{ name: 'forged', bytes }], pins);
  const lines = files.flatMap(({ findings }) =>
    findings.filter(({ verdict }) => verdict === 'fails').map(({ name }) => name),
  );
  expect(passed).toBe(lines.length === 0);
  return lines;
}
