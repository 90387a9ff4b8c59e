import { describe, expect, it } from 'vitest';
import type { CryptoProvider } from '../../src/crypto/provider.ts';
import { inProcessConsortium } from '../engine/consortium.ts';
import { plainTable, variedRow } from '../security/plain-table.ts';

const plain = plainTable([5, 4], variedRow);
const columns = plain.definition.columns.map((column) =>
  column.name === 'c' ? { ...column, audit: true as const } : column,
);
const TABLE = { ...plain, definition: { ...plain.definition, columns } };

/** A provider that makes other blindings than the owner did. */
function otherBlindings(crypto: CryptoProvider): CryptoProvider {
  return {
    ...crypto,
    hkdf(secret, salt, info, length) {
      const bytes = crypto.hkdf(secret, salt, info, length);
      // The same for every part, so that no sum over parts hides it: flipped bits of two parts may cancel.
      if (info.startsWith('tacit/audit-blinding/')) bytes.fill(7);
      return bytes;
    },
  };
}

describe('one party that lies about blindings in a real run', () => {
  it.each([0, 1, 2])('gets the answer withheld: party %i', async (liar) => {
    const consortium = await inProcessConsortium(
      [TABLE],
      () => ({}),
      (parts) => (parts.self === liar ? { ...parts, crypto: otherBlindings(parts.crypto) } : parts),
    );
    await expect(consortium.query('SELECT SUM(c) FROM t')).rejects.toMatchObject({
      code: 'OPENING_INCONSISTENT',
      message: expect.stringMatching(/different copies of a share of a total's blinding/),
    });
    // Without a total to open there is nothing to lie about.
    const { rows } = await consortium.query('SELECT SUM(c) + 0 * SUM(b) FROM t WHERE id >= 0');
    expect(rows).toHaveLength(1);
  });
});
