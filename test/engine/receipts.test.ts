import { beforeAll, describe, expect, it } from 'vitest';
import { decodeReceipt } from '../../src/receipt/decode.ts';
import { plainTable, variedRow } from '../security/plain-table.ts';
import { type Consortium, inProcessConsortium } from './consortium.ts';

const SQL = 'SELECT COUNT(*), SUM(b), SUM(a * b) FROM t WHERE a < 700';

describe('the receipt of an answer', () => {
  let consortium: Consortium;
  beforeAll(async () => {
    consortium = await inProcessConsortium([plainTable([400, 300], variedRow)]);
  });

  it('is canonical and says what was asked and answered', async () => {
    const { receipt, rows } = await consortium.query(SQL);
    const text = receipt?.text() ?? '';
    const decoded = decodeReceipt(new TextEncoder().encode(text));
    expect(decoded.body).toEqual(receipt?.body);
    expect(decoded.result.rows).toEqual(rows);
    console.log(text.length, text.slice(0, 3000));
  });
});
