import { describe, expect, it } from 'vitest';
import type { VersionProposal } from '../../src/catalog/version.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { acceptTable, isNewTable, newTable } from '../../src/storage/definition-rules.ts';
import type { Upload } from '../../src/storage/share-store.ts';
import type { TableRecord } from '../../src/storage/table-record.ts';
import { checkProposal } from '../../src/storage/version-rules.ts';
import { FIRST, partOf, shared } from '../contracts/stored-table.ts';

function accepted(): TableRecord {
  const table = newTable(nodeCrypto, shared('claims', [FIRST]));
  return acceptTable(table, table.digest, { owner: FIRST, signature: '' });
}

describe('limits of the store', () => {
  it('are 4096 tables', () => {
    const table = accepted();
    expect(isNewTable(undefined, table, 4095)).toBe(true);
    expect(() => isNewTable(undefined, table, 4096)).toThrowError(/one too many: 4096/);
    expect(isNewTable(table, accepted(), 4096)).toBe(false);
  });

  const proposalOf = (table: TableRecord, rows: readonly number[]): [VersionProposal, Upload[]] => {
    const uploads = rows.map((count, k) => ({
      ...partOf(`${k}`.padStart(8, '0'), count),
      ...{
        definition: table.digest,
        held: 0,
        committed: true,
        promised: 0,
        root: '00',
        extra: null,
      },
    }));
    const proposal = {
      ...{ table: 'claims', definition: table.digest, number: 1, base: table.digest },
      ...{ operation: 'append' as const, owner: FIRST },
      parts: uploads.map(({ id, owner, rows: length }) => ({
        id,
        owner,
        rows: length,
        root: '00',
      })),
    };
    return [proposal, uploads];
  };
  const check = (rows: readonly number[]) => {
    const table = accepted();
    const [proposal, uploads] = proposalOf(table, rows);
    const byId = new Map(uploads.map((upload) => [upload.id, upload]));
    checkProposal(table, proposal, (id) => byId.get(id));
  };

  it('are 2^31 rows and 4096 parts in a version', () => {
    const most = new Array<number>(8).fill(2 ** 28);
    check(most);
    expect(() => check([...most, 1])).toThrowError(/more than 2147483648 rows/);
    check(new Array<number>(4096).fill(1));
    expect(() => check(new Array<number>(4097).fill(1))).toThrowError(/more than 4096 parts/);
  });
});
