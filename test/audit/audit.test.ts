import { beforeAll, describe, expect, it } from 'vitest';
import { type Audit, auditReceipts } from '../../src/audit/audit.ts';
import { reportOf } from '../../src/audit/report.ts';
import { nobleCrypto, nobleKeys } from '../../src/crypto/noble.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { nodeKeys } from '../../src/crypto/node-keys.ts';
import { plainTable, variedRow } from '../security/plain-table.ts';
import { type AuditedConsortium, auditedConsortium } from './audited-consortium.ts';

const node = { crypto: nodeCrypto, keys: nodeKeys };
const noble = { crypto: nobleCrypto, keys: nobleKeys };
const TABLE = plainTable([20, 13], variedRow);
const SQL = 'SELECT word, COUNT(*) AS n, SUM(a) AS s FROM t WHERE b > 3 GROUP BY word';

let consortium: AuditedConsortium;
let receipt: Uint8Array;

beforeAll(async () => {
  consortium = await auditedConsortium([TABLE]);
  receipt = await consortium.receiptOf(SQL);
});

const audit = (bytes: Uint8Array, platform = node): Audit =>
  auditReceipts(platform, [{ name: 'a.json', bytes }], consortium.pins);

describe('an honest receipt', () => {
  it('is verified line by line', () => {
    const found = audit(receipt);
    console.log(reportOf(found).join('\n'), receipt.length);
    expect(found.passed).toBe(true);
    expect(audit(receipt, noble)).toEqual(found);
  });
});
