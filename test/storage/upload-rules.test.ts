import { describe, expect, it } from 'vitest';
import { nodeCrypto } from '../../src/crypto/node.ts';
import {
  checkBegin,
  commitPart,
  isNewTable,
  newTable,
  type TableRecord,
} from '../../src/storage/upload-rules.ts';
import { A, claims, FIRST, OWNERS, partOf } from '../contracts/share-store.ts';

describe('upload rules', () => {
  it('allow 4096 tables', () => {
    const table = newTable(claims, OWNERS);
    expect(isNewTable(nodeCrypto, undefined, table, 4095)).toBe(true);
    expect(() => isNewTable(nodeCrypto, undefined, table, 4096)).toThrowError(/one too many: 4096/);
    expect(isNewTable(nodeCrypto, table, newTable(claims, OWNERS), 4096)).toBe(false);
  });

  it('allow 2^31 rows in a table, also when several parts are under way', () => {
    let table: TableRecord = newTable(claims, new Array(9).fill(FIRST));
    const part = (slot: number, rows: number) => {
      return { ...partOf(`0000000${slot}`, rows), slot, committed: false };
    };
    for (let slot = 0; slot < 8; slot++) {
      const next = part(slot, 2 ** 28 - (slot === 7 ? 5 : 0));
      checkBegin(table, undefined, next);
      table = commitPart(nodeCrypto, table, next) ?? table;
    }
    checkBegin(table, undefined, part(8, 5));
    expect(() => checkBegin(table, undefined, part(8, 6))).toThrowError(
      /more than 2147483648 rows/,
    );
    expect(() => commitPart(nodeCrypto, table, part(8, 6))).toThrowError(/more than 2147483648/);
    expect(commitPart(nodeCrypto, table, part(8, 5))?.digest).toBeDefined();
  });

  it("do not let one owner's upload take another's id", () => {
    const table = newTable(claims, OWNERS);
    const first = { ...partOf(A), committed: false };
    const second = partOf(A, 5, 'claims', 1);
    expect(() => checkBegin(table, first, second)).toThrowError(/another owner's/);
    expect(() => checkBegin(table, first, partOf(A, 9))).not.toThrow();
  });
});
