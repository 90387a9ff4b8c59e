import { beforeEach, describe, expect, it } from 'vitest';
import { P } from '../../src/field/p61.ts';
import { Lockstep } from './lockstep.ts';

const lockstep = await Lockstep.create();
const COUNTS = [0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 130, 513];

beforeEach(() => lockstep.reset());

describe.each(COUNTS)('%i elements', (n) => {
  const outputs = () => [lockstep.bytes(8 * n), lockstep.bytes(8 * n)] as const;
  const bits = () => lockstep.bytes(Math.ceil(n / 8));

  it('fpReshare', () => {
    const [d, g, c] = [lockstep.elements(n), lockstep.elements(n), lockstep.elements(4)];
    const [own, send] = outputs();
    lockstep.check((k) => k.fpReshare(d, g, own, send, c, n));
    lockstep.check((k) => k.fpReshare(d, g, d, g, c, n));
  });

  it.each([0, 1, 2])('fpMulReshare at party %i', (party) => {
    const [a, b, g] = [lockstep.elements(n), lockstep.elements(n), lockstep.elements(n)];
    const [own, send] = outputs();
    lockstep.check((k) => k.fpMulReshare(a, b, g, own, send, party, n));
    lockstep.check((k) => k.fpMulReshare(a, a, g, a, g, party, n));
  });

  it('injectDeal', () => {
    const [bl, br, g, c] = [bits(), bits(), lockstep.elements(n), lockstep.elements(4)];
    const [own, send] = outputs();
    lockstep.check((k) => k.injectDeal(bl, br, g, own, send, c, n));
    lockstep.check((k) => k.injectDeal(bl, br, g, g, send, c, n));
  });

  it('injectProduct', () => {
    const [u, b, g] = [lockstep.elements(n), bits(), lockstep.elements(n)];
    const c = lockstep.elements(5);
    const [own, send] = outputs();
    lockstep.check((k) => k.injectProduct(u, b, g, own, send, c, n));
    lockstep.check((k) => k.injectProduct(u, b, g, u, g, c, n));
  });

  it('injectFinish', () => {
    const x = lockstep.elements(n);
    lockstep.check((k) => k.injectFinish(x, n));
  });
});

describe('constants 0 and p - 1', () => {
  it.each([0n, P - 1n])('%i in every place', (value) => {
    const n = 21;
    const c = lockstep.words([value, value, value, value, value]);
    const zeros = lockstep.words(Array.from({ length: n }, () => 0n));
    const [bl, br] = [lockstep.bytes(3), lockstep.bytes(3)];
    for (const x of [zeros, lockstep.elements(n)]) {
      const [own, send] = [lockstep.bytes(8 * n), lockstep.bytes(8 * n)];
      lockstep.check((k) => k.fpReshare(x, x, own, send, c, n));
      for (const party of [0, 1, 2]) {
        lockstep.check((k) => k.fpMulReshare(x, x, x, own, send, party, n));
        expect(lockstep.check((k) => k.fpCanonical(own, n))).toBe(1);
        expect(lockstep.check((k) => k.fpCanonical(send, n))).toBe(1);
      }
      lockstep.check((k) => k.injectDeal(bl, br, x, own, send, c, n));
      lockstep.check((k) => k.injectProduct(x, bl, x, own, send, c, n));
      expect(lockstep.check((k) => k.fpCanonical(own, n))).toBe(1);
      expect(lockstep.check((k) => k.fpCanonical(send, n))).toBe(1);
    }
  });

  it('injectFinish maps 1 to 0 and -1 to 1', () => {
    const x = lockstep.words([1n, P - 1n, 0n, 1n, P - 1n]);
    lockstep.check((k) => k.injectFinish(x, 5));
  });
});
