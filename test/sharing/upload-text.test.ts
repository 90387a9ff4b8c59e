import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { storedForm } from '../../src/catalog/table.ts';
import { textBounds } from '../../src/catalog/types.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import { type StoredForm, storedBytes, type UploadContext } from '../../src/sharing/upload.ts';
import { decodeBlocks, encodeBlocks } from '../../src/sharing/upload-codec.ts';
import { expandBlock } from '../../src/sharing/upload-expand.ts';
import { splitBlock } from '../../src/sharing/upload-split.ts';
import { textBlock } from '../oracle/publish.ts';
import { bodyFor, freshSeeds, fromPlanes } from './upload-reconstruct.ts';

const PLACE = { what: 't.name', column: 1, block: 0, firstRow: 10 };

let context: UploadContext;
beforeAll(async () => {
  context = { crypto: nodeCrypto, ...(await loadKernels()) };
});

function formOf(bytes: number, nullable = true): StoredForm {
  const type = { kind: 'varchar' } as const;
  return storedForm({ name: 'x', type, nullable, bytes, bounds: textBounds(bytes) });
}

/** The number that a value of at most `bytes` bytes is stored as. */
function numberOf(value: string, bytes: number): bigint {
  const padded = Buffer.concat([Buffer.from(value), Buffer.alloc(bytes)]).subarray(0, bytes);
  return BigInt(`0x${padded.toString('hex')}`);
}

describe('secret text', () => {
  it('is stored as big-endian numbers that order as the strings do, in planes only', () => {
    const values = fc.array(
      fc.option(fc.string({ unit: 'grapheme', maxLength: 12 }).filter((s) => !s.includes('\0'))),
      { minLength: 1, maxLength: 200 },
    );
    fc.assert(
      fc.property(values, fc.nat(20), (strings, slack) => {
        const longest = Math.max(...strings.map((value) => Buffer.byteLength(value ?? '')));
        const bytes = Math.max(1, longest + slack);
        const form = formOf(bytes);
        const messages = splitBlock(context, form, PLACE, textBlock(strings), freshSeeds);
        const shares = messages.map((_, party) => {
          const body = bodyFor(context, form, 'ab', party, messages);
          const [decoded] = decodeBlocks(encodeBlocks(body)).blocks;
          if (!decoded) throw new TypeError('one message');
          return expandBlock(context, form, decoded);
        });
        const [a, b] = shares;
        if (!a || !b) throw new TypeError('three parties');
        expect(a.field).toEqual([]);
        expect(a.boolean.length).toBe(storedBytes(form, strings.length));
        const clear = fromPlanes(form, strings.length, a, b);
        const expected = strings.map((value) => ({
          value: value === null ? 0n : numberOf(value, bytes),
          isNull: value === null,
        }));
        expect(clear.slice(0, strings.length)).toEqual(expected);
        expect(clear.slice(strings.length).every(({ value }) => value === 0n)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('of the widest column fits a request', () => {
    const form = formOf(256);
    const block = textBlock(Array.from({ length: 65536 }, (_, row) => `${row}`.repeat(50)));
    const messages = splitBlock(context, form, PLACE, block, freshSeeds);
    const sizes = messages.map(
      (_, party) => encodeBlocks(bodyFor(context, form, 'ab', party, messages)).length,
    );
    expect(Math.max(...sizes)).toBeLessThan(17 * 1024 * 1024);
    expect(storedBytes(form, 65536)).toBeLessThan(33 * 1024 * 1024);
  });

  it('is refused by row and column if it is too long, contains NUL, or is NULL where it may not', () => {
    const refused = (values: readonly (string | null)[], message: string, nullable = true) => {
      const split = () =>
        splitBlock(context, formOf(4, nullable), PLACE, textBlock(values), freshSeeds);
      expect(split).toThrow(expect.objectContaining({ code: 'VALUE_OUT_OF_BOUNDS', message }));
    };
    refused(['abcd', 'abcde'], 't.name: row 12 has more than 4 bytes of UTF-8');
    refused(['', 'ääx'], 't.name: row 12 has more than 4 bytes of UTF-8');
    refused(['ab', '', 'a\0'], 't.name: row 13 contains the character NUL');
    refused(['\0'], 't.name: row 11 contains the character NUL');
    refused(['a', null], 't.name: row 12 is NULL, which the column does not allow', false);
  });
});
