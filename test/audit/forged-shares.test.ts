import { beforeAll, describe, expect, it } from 'vitest';
import type { Receipt } from '../../src/receipt/receipt.ts';
import {
  type Change,
  type Draft,
  otherDigit,
  put,
  resign,
  reversed,
  shiftShare,
  twice,
  without,
} from './forger.ts';
import { type ForgeryGround, forgeryGround } from './forgery-ground.ts';

/**
 * What an analyst and corrupt parties may try on signatures, shares and rows. Each forgery is a canonical file; the test says
 * which lines refuse it, and no other line does.
 */

const PRIME = 2n ** 61n - 1n;
let ground: ForgeryGround;

beforeAll(async () => {
  ground = await forgeryGround();
});

/** Adds to party k's share of the first value. */
const shift = (party: number, by: bigint): Change =>
  put(`parties.${party - 1}.shares`, (shares: string) => shiftShare(shares, by));
/** Adds to the first value that is shown. */
const show = (by: number): Change => put('result.rows.0.0', (value: number) => value + by);
const both =
  (...changes: readonly Change[]): Change =>
  (draft) => {
    for (const change of changes) change(draft);
  };
const ofAgain = (draft: Draft, party: number, names: readonly (keyof Receipt['parties'][0])[]) => {
  for (const name of names)
    put(`parties.${party - 1}.${name}`, ground.again.parties[party - 1]?.[name])(draft);
};

it('the unaltered receipt is accepted, also signed anew', () => {
  expect(ground.refused(() => undefined)).toEqual([]);
  expect(ground.refusedAlthoughSigned(() => undefined)).toEqual([]);
});

describe('parties that attest', () => {
  it.each([1, 2, 3])('without party %i are too few', (party) => {
    const gone = without('parties', party - 1);
    expect(ground.refused(gone)).toEqual(['committee', 'result']);
    const smaller = both(gone, without('body.committee', party - 1));
    expect(ground.refusedAlthoughSigned(smaller)).toContain('committee');
  });

  it('only t of them prove nothing', () => {
    const alone = both(
      put('parties', (parties: unknown[]) => parties.slice(0, 1)),
      put('body.committee', [1]),
    );
    expect(ground.refusedAlthoughSigned(alone)).toContain('committee');
  });

  it('count once each, in order, and only if they are of the consortium', () => {
    for (const order of [
      [0, 1, 1],
      [0, 0, 1],
      [0, 1, 2, 2],
      [2, 1, 0],
      [0, 2, 1],
    ]) {
      const arranged = put('parties', (list: unknown[]) => order.map((k) => list[k]));
      expect(ground.refused(arranged)).toContain('committee');
    }
    const stranger = both(put('parties.2.party', 4), put('body.committee', [1, 2, 4]));
    expect(ground.refusedAlthoughSigned(stranger)).toContain('committee');
    for (const change of [twice('body.committee', 2), reversed('body.committee')]) {
      expect(ground.refusedAlthoughSigned(change)).toContain('committee');
    }
  });
});

describe('signatures', () => {
  it('altered in any digit, of nobody or of another party are refused', () => {
    for (let at = 0; at < 128; at++) {
      const altered = put('parties.1.signature', (text: string) => otherDigit(text, at));
      expect(ground.refused(altered)).toEqual(['signatures']);
    }
    for (const signature of ['0'.repeat(128), ground.receipt.parties[0]?.signature]) {
      expect(ground.refused(put('parties.1.signature', signature))).toEqual(['signatures']);
    }
  });

  it('are about this answer, the own commitment and the own time', () => {
    expect(ground.refused(put('parties.0.time', (time: number) => time + 1))).toEqual([
      'signatures',
    ]);
    const old: Change = (draft) => ofAgain(draft, 1, ['signature', 'time']);
    expect(ground.refused(old)).toEqual(['signatures']);
    const altered = put('parties.0.commitment', (text: string) => otherDigit(text));
    expect(ground.refused(altered)).toEqual(['signatures', 'shares']);
  });

  it('at a time that no calendar has are refused', () => {
    expect(ground.refusedAlthoughSigned(put('parties.0.time', 8.7e15))).toEqual(['signatures']);
  });
});

describe('shares', () => {
  it('altered, of another party or of another query are not those signed', () => {
    const changes: Change[] = [
      shift(1, 1n),
      (draft) => ofAgain(draft, 1, ['salt', 'shares']),
      (draft) => {
        const { salt, shares } = ground.receipt.parties[1] as Receipt['parties'][number];
        both(put('parties.0.salt', salt), put('parties.0.shares', shares))(draft);
      },
    ];
    for (const change of changes) expect(ground.refused(change)).toEqual(['shares', 'result']);
    const salted = put('parties.0.salt', (text: string) => otherDigit(text));
    expect(ground.refused(salted)).toEqual(['shares']);
  });

  it('with commitment and signature of another query do not fit this one', () => {
    const whole: Change = (draft) =>
      ofAgain(draft, 1, ['commitment', 'salt', 'shares', 'signature', 'time']);
    expect(ground.refused(whole)).toEqual(['signatures', 'shares', 'result']);
  });

  it('must be those that all parties have signed the commitments to', () => {
    for (const k of [0, 1, 2]) {
      const altered = put(`body.commitments.${k}`, (text: string) => otherDigit(text));
      expect(ground.refused(altered)).toEqual(['signatures', 'shares']);
      expect(ground.refusedAlthoughSigned(altered)).toEqual(['shares']);
    }
    for (const change of [
      reversed('body.commitments'),
      twice('body.commitments', 2),
      without('body.commitments', 2),
      put('body.commitments', []),
    ]) {
      expect(ground.refusedAlthoughSigned(change)).toEqual(['shares']);
    }
  });

  it('missing, too few or too many are refused', () => {
    const bytes = Buffer.from(ground.receipt.parties[0]?.shares ?? '', 'base64');
    for (const some of [[], [bytes.subarray(8)], [bytes, bytes.subarray(0, 8)]]) {
      const shares = Buffer.concat(some).toString('base64');
      expect(ground.refusedAlthoughSigned(put('parties.0.shares', shares))).toEqual(['result']);
    }
  });

  it.each([1, 2, 3])('of party %i alone that signs other ones do not fit the rest', (party) => {
    expect(ground.refusedAlthoughSigned(shift(party, 1n))).toEqual(['result']);
  });

  it('that are no elements are refused', () => {
    const outside = put('parties.0.shares', (shares: string) => {
      const bytes = Buffer.from(shares, 'base64');
      bytes.writeBigUInt64LE(PRIME, 0);
      return bytes.toString('base64');
    });
    expect(ground.refusedAlthoughSigned(outside)).toEqual(['result']);
  });
});

describe('rows and columns', () => {
  it.each<[string, Change]>([
    ['another number', show(1)],
    ['a number as text', put('result.rows.0.0', String)],
    ['no row', put('result.rows', [])],
    ['a row twice', twice('result.rows')],
    ['a cell more', twice('result.rows.0')],
    ['another name', put('result.columns.0.name', 'customers')],
    ['another type', put('result.columns.0.type', 'DOUBLE')],
    ['another order', reversed('result.columns')],
  ])('%s is not what the shares say', (_, change) => {
    expect(ground.refused(change)).toContain('result');
    expect(ground.refusedAlthoughSigned(change)).toContain('result');
  });
});

describe('two colluding parties', () => {
  it('cannot show other rows with shares of their own', () => {
    const lines = ground.refusedOfTwo(both(shift(1, 5n), shift(2, 5n), show(5)));
    expect(lines).toEqual(['shares', 'result']);
  });

  // A line through the third share with another value at 0.
  const line = both(shift(1, 2n), shift(2, 1n), show(3));

  it('cannot exchange shares for others on a line with the third', () => {
    expect(ground.refusedOfTwo(line)).toEqual(['shares']);
  });

  it('cannot exchange the commitments that the third has signed', () => {
    const [alice, bob] = ground.consortium.parties;
    const exchanged: Change = (draft) => {
      line(draft);
      resign(draft, [alice, bob]);
      for (const k of [0, 1]) draft.body.commitments[k] = draft.parties[k]?.commitment ?? '';
      resign(draft, [alice, bob]);
    };
    expect(ground.refused(exchanged)).toEqual(['signatures']);
  });

  it('can commit themselves beforehand to such shares: more than t colluders are outside what is proven', () => {
    expect(ground.refusedAlthoughSigned(line)).toEqual([]);
  });

  it('cannot sign for the third', () => {
    const forged = both(shift(1, 5n), shift(2, 5n), shift(3, 5n), show(5));
    expect(ground.refusedOfTwo(forged)).toEqual(['shares']);
    const [alice, bob] = ground.consortium.parties;
    const impersonating: Change = (draft) => {
      forged(draft);
      resign(draft, [alice, bob, bob]);
    };
    expect(ground.refused(impersonating)).toEqual(['signatures']);
  });

  it('cannot leave the third out', () => {
    const gone = both(without('parties', 2), without('body.committee', 2), shift(2, 5n), show(-5));
    expect(ground.refusedOfTwo(gone)).toContain('committee');
  });

  it('cannot change what all have signed alike', () => {
    const changed = put('body.channels.0.head', (text: string) => otherDigit(text));
    expect(ground.refusedOfTwo(changed)).toEqual(['signatures']);
  });
});
