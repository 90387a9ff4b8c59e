import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { storedForm } from '../../src/catalog/table.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import type { CryptoProvider } from '../../src/crypto/provider.ts';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import { P } from '../../src/field/p61.ts';
import { planeBytes } from '../../src/field/planes.ts';
import type {
  BlockMessage,
  NumberBlock,
  StoredForm,
  UploadContext,
} from '../../src/sharing/upload.ts';
import { encodeBlocks } from '../../src/sharing/upload-codec.ts';
import { expandBlock } from '../../src/sharing/upload-expand.ts';
import type { ComponentSeeds } from '../../src/sharing/upload-seeds.ts';
import { splitBlock } from '../../src/sharing/upload-split.ts';
import { bodyFor, freshSeeds, fromPlanes, fromShares } from './upload-reconstruct.ts';

const PLACE = { what: 't.x', column: 3, block: 2, firstRow: 131072 };
const PARTIES = [0, 1, 2];
const PAIRS = [
  [0, 1],
  [1, 2],
  [2, 0],
] as const;

let context: UploadContext;
beforeAll(async () => {
  context = { crypto: nodeCrypto, ...(await loadKernels()) };
});

function formOf(min: bigint, max: bigint, nullable: boolean): StoredForm {
  const type = { kind: 'integer', name: 'BIGINT' } as const;
  return storedForm({ name: 'x', type, nullable, bounds: { min, max } });
}

const INT64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

/** Bounds, and rows within them. */
const BLOCKS = fc
  .tuple(INT64, INT64, fc.nat(64), fc.boolean())
  .map(([a, b, shift, nullable]) => {
    const [x, y] = [a >> BigInt(shift), b >> BigInt(shift)];
    return { min: x < y ? x : y, max: x < y ? y : x, nullable };
  })
  .chain(({ min, max, nullable }) =>
    fc.record({
      form: fc.constant(formOf(min, max, nullable)),
      values: fc.array(fc.bigInt({ min, max }), { minLength: 1, maxLength: 300 }),
      nullSeed: fc.nat(2 ** 30),
    }),
  )
  .map(({ form, values, nullSeed }): { form: StoredForm; block: NumberBlock } => ({
    form,
    block: {
      values: BigInt64Array.from(values),
      ...(form.nullable
        ? { nulls: Uint8Array.from(values, (_, row) => (nullSeed >> (row % 29)) & 1) }
        : {}),
    },
  }));

describe('splitBlock and expandBlock', () => {
  it('two parties hold all planes, two field shares the value, padding is zero', () => {
    fc.assert(
      fc.property(BLOCKS, ({ form, block }) => {
        const rows = block.values.length;
        const shares = splitBlock(context, form, PLACE, block, freshSeeds).map((message) =>
          expandBlock(context, form, message),
        );
        const expected = Array.from(block.values, (value, row) => {
          const isNull = block.nulls?.[row] === 1;
          return { value: isNull ? 0n : value, isNull };
        });
        const padding = { value: 0n, isNull: false };
        for (const [i, j] of PAIRS) {
          const [a, b] = [shares[i], shares[j]];
          if (!a || !b) throw new Error('three parties');
          const clear = fromPlanes(form, rows, a, b);
          expect(clear.slice(0, rows)).toEqual(expected);
          expect(clear.slice(rows).every((row) => row.value === padding.value && !row.isNull)).toBe(
            true,
          );
          expect(fromShares(rows, [i, j], [a, b])).toEqual(expected.map((row) => row.value));
        }
      }),
      { numRuns: 150 },
    );
  });

  it('neighbours hold the same component, and block sizes are those of the store', () => {
    const form = formOf(-5n, 700n, true);
    const values = BigInt64Array.from({ length: 200 }, (_, k) => BigInt(k - 5));
    const block = { values, nulls: new Uint8Array(200) };
    const shares = splitBlock(context, form, PLACE, block, freshSeeds).map((m) =>
      expandBlock(context, form, m),
    );
    const lanes = planeBytes(200);
    for (const [i, j] of PAIRS) {
      const [a, b] = [shares[i]?.boolean, shares[j]?.boolean];
      expect(a?.length).toBe(2 * (form.width + 1) * lanes);
      for (let plane = 0; plane <= form.width; plane++) {
        const at = 2 * plane * lanes;
        expect(a?.slice(at + lanes, at + 2 * lanes)).toEqual(b?.slice(at, at + lanes));
      }
    }
  });

  it('message bytes depend on the shape only', () => {
    fc.assert(
      fc.property(
        fc.nat(300),
        fc.boolean(),
        fc.bigInt({ min: 1n, max: 2n ** 62n }),
        (n, nullable, max) => {
          const form = formOf(-max, max, nullable);
          const sizes = [0n, max, -max].map((value) => {
            const values = new BigInt64Array(n + 1).fill(value);
            const nulls = new Uint8Array(n + 1).fill(nullable && value === max ? 1 : 0);
            const block = nullable ? { values, nulls } : { values };
            const messages = splitBlock(context, form, PLACE, block, freshSeeds);
            return PARTIES.map(
              (party) => encodeBlocks(bodyFor(context, form, 'ab', party, messages)).length,
            );
          });
          expect(sizes[1]).toEqual(sizes[0]);
          expect(sizes[2]).toEqual(sizes[0]);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('asks for every seed once, and gives each to at most two parties', () => {
    const form = formOf(-(2n ** 40n), 2n ** 40n, true);
    const asked: string[] = [];
    const seeds: ComponentSeeds = (component) => {
      asked.push(component);
      return freshSeeds(component);
    };
    splitBlock(context, form, PLACE, { values: new BigInt64Array(3) }, seeds);
    expect(asked).toEqual(['x0', 'x1', 'limb0', 'limb1']);
  });

  it("a party's bits and shares are balanced whatever the value is", () => {
    const rows = 65536;
    for (const value of [0n, -1n, 77n]) {
      const form = formOf(-128n, 127n, false);
      const values = new BigInt64Array(rows).fill(value);
      for (const message of splitBlock(context, form, PLACE, { values }, freshSeeds)) {
        const share = expandBlock(context, form, message);
        const ones = share.boolean.reduce((sum, byte) => sum + bitCount(byte), 0);
        const bits = share.boolean.length * 8;
        expect(Math.abs(ones / bits - 0.5)).toBeLessThan(0.005);
        const words = new BigUint64Array(share.field[0]?.slice().buffer ?? new ArrayBuffer(0));
        const mean = words.reduce((sum, word) => sum + Number(word) / Number(P), 0) / rows;
        expect(Math.abs(mean - 0.5)).toBeLessThan(0.01);
      }
    }
  });

  it('names the row of a value outside the bounds, or of a forbidden NULL, and no value', () => {
    const form = formOf(-10n, 99n, false);
    for (const bad of [100n, -11n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 32n, -(2n ** 32n) + 50n]) {
      const values = BigInt64Array.of(0n, 99n, -10n, bad);
      expect(() => splitBlock(context, form, PLACE, { values }, freshSeeds)).toThrow(
        expect.objectContaining({
          code: 'VALUE_OUT_OF_BOUNDS',
          message: 't.x: row 131076 lies outside the bounds declared for the column',
        }),
      );
    }
    const nulls = Uint8Array.of(0, 1);
    expect(() =>
      splitBlock(context, form, PLACE, { values: new BigInt64Array(2), nulls }, freshSeeds),
    ).toThrow('t.x: row 131074 is NULL, which the column does not allow');
  });

  it('redraws words equal to p from the same stream at both ends', () => {
    // A stream whose first words are p (and one that is p after masking): all are drawn again.
    const words = [P, 5n, P | (7n << 61n), 6n, P, 7n, 8n, 9n];
    const crypto: CryptoProvider = {
      ...nodeCrypto,
      stream: () => {
        let at = 0;
        const bytes = new Uint8Array(BigUint64Array.from([...words, ...words, ...words]).buffer);
        const take = (length: number) => {
          at += length;
          return bytes.subarray(at - length, at);
        };
        return {
          fill: (view) => view.set(take(view.length)),
          mask: (data) => data.map((byte) => byte ^ (take(1)[0] ?? 0)),
        };
      },
    };
    const form = formOf(0n, 1n, false);
    const crafted = { ...context, crypto };
    const messages = splitBlock(
      crafted,
      form,
      PLACE,
      { values: BigInt64Array.of(1n, 0n, 1n, 0n) },
      freshSeeds,
    );
    const shares = messages.map((message) => expandBlock(crafted, form, message));
    const first = new BigUint64Array(shares[0]?.field[0]?.slice().buffer ?? new ArrayBuffer(0));
    expect([...first]).toEqual([7n, 5n, 8n, 6n]);
    for (const [i, j] of PAIRS) {
      const [a, b] = [shares[i], shares[j]];
      if (!a || !b) throw new Error('three parties');
      expect(fromShares(4, [i, j], [a, b])).toEqual([1n, 0n, 1n, 0n]);
    }
  });
});

describe('expandBlock', () => {
  const form = () => formOf(0n, 2n ** 40n, true);
  const message = (): BlockMessage => {
    const values = BigInt64Array.of(1n, 2n, 3n);
    const second = splitBlock(context, form(), PLACE, { values }, freshSeeds)[1];
    if (!second) throw new Error('three parties');
    return second;
  };

  it('refuses wrong lengths, wrong numbers of limbs and elements that are not below p', () => {
    const good = message();
    const short = { bytes: new Uint8Array(7) };
    const full = { bytes: new Uint8Array(24).fill(255) };
    const bad: BlockMessage[] = [
      { ...good, boolean: { left: short, right: good.boolean.right } },
      { ...good, boolean: { left: good.boolean.left, right: short } },
      { ...good, boolean: { left: { seed: new Uint8Array(31) }, right: good.boolean.right } },
      { ...good, field: [short, good.field[1] ?? short] },
      { ...good, field: [good.field[0] ?? short, full] },
      { ...good, field: [good.field[0] ?? short] },
      { ...good, field: [{ seed: new Uint8Array(33) }, good.field[1] ?? short] },
      { ...good, rows: 4 },
    ];
    const mark = context.arena.mark();
    for (const tampered of bad) {
      expect(() => expandBlock(context, form(), tampered)).toThrow(
        expect.objectContaining({ code: 'UPLOAD_INVALID' }),
      );
    }
    expect(context.arena.mark()).toBe(mark);
    expect(expandBlock(context, form(), good).field.length).toBe(2);
  });
});

function bitCount(byte: number): number {
  let count = 0;
  for (let rest = byte; rest > 0; rest >>= 1) count += rest & 1;
  return count;
}
