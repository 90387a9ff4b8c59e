import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CircuitBuilder } from '../../src/circuits/builder.ts';
import { evaluateCircuit } from '../../src/circuits/evaluate.ts';
import { add as multiplyBits } from '../../src/circuits/gadgets/add.ts';
import { schedule } from '../../src/circuits/schedule.ts';
import type { Arena } from '../../src/field/arena.ts';
import { P } from '../../src/field/p61.ts';
import { planeBytes } from '../../src/field/planes.ts';
import { bitsToField, converter, convertScratchBytes } from '../../src/protocol/bits-to-field.ts';
import { getElements, putElements } from '../../src/protocol/elements.ts';
import {
  fieldToBits,
  replicatedToShamir,
  shamirToReplicated,
} from '../../src/protocol/field-to-bits.ts';
import { loadCircuit, planeFile, planeFileBytes, runCircuit } from '../../src/protocol/gmw.ts';
import { inject, injector, injectScratchBytes } from '../../src/protocol/injection.ts';
import { reconstructShamir, splitShamir } from '../../src/sharing/shamir.ts';
import { atAll, makeParties } from './network.ts';
import { fromPlanes, openPlane, sharePlanes, toPlanes } from './replicated-bits.ts';

const ALL = [0, 1, 2];
const put = (arena: Arena, bytes: Uint8Array) => {
  const address = arena.alloc(bytes.length);
  arena.u8.set(bytes, address);
  return address;
};
const SECURITIES = ['passive', 'active'] as const;
const ROWS = [1, 63, 64, 65, 127, 128, 129, 191, 192, 200, 575, 1000];

describe.each(SECURITIES)('GMW on replicated bits, %s', (security) => {
  it.each(ROWS)('adds 9-bit numbers in %i rows, one bit per AND and party', async (rows) => {
    const b = new CircuitBuilder();
    const word = () => ({ bits: Array.from({ length: 9 }, () => b.input()), signed: false });
    const to = { width: 10, signed: false };
    const circuit = b.build(multiplyBits(b, word(), word(), to, 'ripple').bits);
    const values = fc.sample(fc.bigInt(0n, 511n), 2 * rows);
    const planes = [...toPlanes(values.slice(0, rows), 9), ...toPlanes(values.slice(rows), 9)];
    const shares = sharePlanes(planes);
    const layout = schedule(circuit);
    const parties = await makeParties(3, 1);
    const stride = planeBytes(rows);
    const outputs = await atAll(
      parties,
      async (lane) => {
        const { arena, self } = lane.party;
        const mark = arena.mark();
        const loaded = loadCircuit(lane, layout);
        const file = planeFile(loaded, arena.alloc(planeFileBytes(loaded, stride)), stride);
        planes.forEach((_, k) => {
          const slot = layout.inputSlots[k] ?? -1;
          if (slot < 0) return;
          arena.u8.set(shares[self]?.left[k] as Uint8Array, file.left + slot * stride);
          arena.u8.set(shares[self]?.right[k] as Uint8Array, file.right + slot * stride);
        });
        await runCircuit(lane, loaded, file, rows, 'mul', (k) => `a${k}`);
        expect(lane.rounds).toBe(layout.layers.length);
        const out = Array.from(layout.outputSlots, (slot) => ({
          left: arena.u8.slice(file.left + slot * stride, file.left + (slot + 1) * stride),
          right: arena.u8.slice(file.right + slot * stride, file.right + (slot + 1) * stride),
        }));
        arena.release(mark);
        return out;
      },
      security,
    );
    const opened = Array.from(layout.outputSlots, (_, k) =>
      openPlane(outputs.map((o) => o[k] as { left: Uint8Array; right: Uint8Array })),
    );
    expect(opened).toEqual(evaluateCircuit(circuit, planes, stride));
    const product = fromPlanes(opened, rows);
    product.forEach((value, r) => {
      expect(value).toBe((values[r] ?? 0n) + (values[rows + r] ?? 0n));
    });
  });
});

describe.each(SECURITIES)('bit injection, %s', (security) => {
  it.each(ROWS)('turns bits of %i rows into field elements in two rounds', async (rows) => {
    const columns = [0, 1, 2].map(() => fc.sample(fc.bigInt(0n, 1n), rows));
    const shares = columns.map((values) => sharePlanes(toPlanes(values, 1)));
    const parties = await makeParties(3, 1);
    const results = await atAll(
      parties,
      async (lane) => {
        const { arena, self } = lane.party;
        const mark = arena.mark();
        const bits = shares.map((s) => ({
          left: put(arena, s[self]?.left[0] as Uint8Array),
          right: put(arena, s[self]?.right[0] as Uint8Array),
          to: arena.alloc(8 * rows),
        }));
        const scratch = arena.alloc(injectScratchBytes(bits.length, rows, lane.witness.isChecked));
        const steps = { deal: 'u', product: 'w' };
        await inject(lane, steps, 'inject', injector(lane.party), bits, rows, scratch);
        expect(lane.rounds).toBe(2);
        const out = bits.map(({ to }) => getElements(arena, to, rows));
        arena.release(mark);
        return out;
      },
      security,
    );
    columns.forEach((values, c) => {
      values.forEach((value, r) => {
        const row = results.map((result) => result[c]?.[r] ?? 0n);
        expect(reconstructShamir(row, ALL, 1, 'bit')).toBe(value);
      });
    });
  });
});

describe.each(SECURITIES)('conversions, %s', (security) => {
  it.each([
    [1, 1],
    [7, 64],
    [32, 200],
    [60, 130],
    [33, 1000],
  ])('bits of %i-bit numbers to the field, %i rows', async (width, rows) => {
    const top = (1n << BigInt(width)) - 1n;
    const values = fc.sample(fc.oneof(fc.bigInt(0n, top), fc.constantFrom(0n, top)), rows);
    const shares = sharePlanes(toPlanes(values, width));
    const parties = await makeParties(3, 1);
    const results = await atAll(
      parties,
      async (lane) => {
        const { arena, self } = lane.party;
        const mark = arena.mark();
        const bits = Array.from({ length: width }, (_, k) => ({
          left: put(arena, shares[self]?.left[k] as Uint8Array),
          right: put(arena, shares[self]?.right[k] as Uint8Array),
        }));
        const using = converter(lane, width);
        const to = arena.alloc(8 * rows);
        const scratch = arena.alloc(convertScratchBytes(using, rows));
        const steps = { and: (k: number) => `a${k}`, open: 'open' };
        await bitsToField(lane, steps, 'convert', using, bits, to, rows, scratch);
        const out = getElements(arena, to, rows);
        arena.release(mark);
        return out;
      },
      security,
    );
    values.forEach((value, r) => {
      const row = results.map((result) => result[r] ?? 0n);
      expect(reconstructShamir(row, ALL, 1, 'number')).toBe(value);
    });
  });

  it.each([1, 100, 130])('field to bits and back, %i rows', async (rows) => {
    const values = fc.sample(fc.oneof(fc.bigInt(0n, P - 1n), fc.constantFrom(0n, P - 1n)), rows);
    const shares = values.map((v) => splitShamir(v, 3, fc.sample(fc.bigInt(0n, P - 1n), 1)));
    const parties = await makeParties(3, 1);
    const results = await atAll(
      parties,
      async (lane) => {
        const { party } = lane;
        const { arena, self } = party;
        const mark = arena.mark();
        const own = putElements(
          arena,
          shares.map((s) => s[self] ?? 0n),
        );
        const x = await shamirToReplicated(lane, 'open', 'replicate', own, rows);
        const back = getElements(arena, replicatedToShamir(party, x, rows), rows);
        const bits = await fieldToBits(lane, (k) => `a${k}`, 'bits', x, rows);
        const stride = planeBytes(rows);
        const plane = (address: number) => arena.u8.slice(address, address + stride);
        const out = bits.left.map((left, k) => ({
          left: plane(left),
          right: plane(bits.right[k] ?? 0),
        }));
        arena.release(mark);
        return { back, out };
      },
      security,
    );
    const opened = Array.from({ length: 61 }, (_, k) =>
      openPlane(results.map((r) => r.out[k] as { left: Uint8Array; right: Uint8Array })),
    );
    expect(fromPlanes(opened, rows)).toEqual(values);
    values.forEach((value, r) => {
      const row = results.map((result) => result.back[r] ?? 0n);
      expect(reconstructShamir(row, ALL, 1, 'number')).toBe(value);
    });
  });
});
