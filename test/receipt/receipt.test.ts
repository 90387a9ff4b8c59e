import { describe, expect, it } from 'vitest';
import { hex } from '../../src/crypto/hex.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { decodeBody, decodeReceipt } from '../../src/receipt/decode.ts';
import { attestedMessage, shareCommitment } from '../../src/receipt/digest.ts';
import { encodeBody, encodeReceipt } from '../../src/receipt/encode.ts';
import { queryIdOf, requestDigest } from '../../src/receipt/query-id.ts';
import { RECEIPT_BYTES_MAX, type Receipt } from '../../src/receipt/receipt.ts';
import { bodyOf } from '../client/answers.ts';

const KEY = new Uint8Array(32).fill(5);
const SQL = 'SELECT "ä\u2028\ud83d\ude00" FROM t';
const REQUEST = { requestId: '00'.repeat(16), sql: SQL, analystKey: KEY, parameters: [null, 'x'] };

const RECEIPT: Receipt = {
  body: {
    ...bodyOf(REQUEST),
    checks: [
      {
        batch: '0p0',
        kind: 'product',
        size: 3,
        heads: ['aa'.repeat(32)],
        reveals: ['bb'.repeat(32)],
        opened: { x: ['1'], y: ['0'], h: ['18446744073709551615'] },
      },
    ],
    audit: {
      table: 't',
      totals: [0, 2],
      parts: [{ commitments: 'ab'.repeat(32), signature: 'cc'.repeat(64) }],
    },
  },
  parties: [1, 2, 3].map((party) => ({
    party,
    commitment: 'dd'.repeat(32),
    salt: 'ee'.repeat(32),
    shares: 'AAEC',
    time: 1_700_000_000_000 + party,
    signature: 'ff'.repeat(64),
  })),
  result: {
    columns: [{ name: 'n', type: 'BIGINT' }],
    rows: [
      [1, 0.1, 1e300, null],
      [true, '170141183460469231731687303715884105727', 'é'],
    ],
  },
};

const bytesOf = (text: string) => new TextEncoder().encode(text);
const invalid = expect.objectContaining({ code: 'RECEIPT_INVALID' });

/** The text after a change of its parsed content. */
function changed(change: (root: Record<string, unknown>) => void): Uint8Array {
  const root = JSON.parse(encodeReceipt(RECEIPT));
  change(root);
  return bytesOf(`${JSON.stringify(root)}\n`);
}

describe('the text of a receipt', () => {
  it('comes back as it was', () => {
    expect(decodeReceipt(bytesOf(encodeReceipt(RECEIPT)))).toEqual(RECEIPT);
    expect(decodeBody(encodeBody(RECEIPT.body))).toEqual(RECEIPT.body);
  });

  it('is the same in whatever order members came, and whether or not absent ones were named', () => {
    const { body } = RECEIPT;
    const table = { name: 't', version: 1, digest: 'ab'.repeat(32) };
    const one = { definition: { a: 1n, b: [{ c: 2, d: 'x' }] }, certificate: { e: null } };
    const other = {
      certificate: { e: null, f: undefined },
      definition: { b: [{ d: 'x', c: 2 }], a: 1n },
    };
    const [a, b] = [one, other].map((own) =>
      encodeBody({ ...body, tables: [{ ...own, ...table }] }),
    );
    expect(a).toBe(b);
    expect(a).toContain('"definition":{"a":"1","b":[{"c":2,"d":"x"}]}');
    const reversed = Object.fromEntries(Object.entries(body).reverse()) as unknown as typeof body;
    expect(encodeBody(reversed)).toBe(encodeBody(body));
  });

  it('is refused in any other writing of the same content', () => {
    const text = encodeReceipt(RECEIPT);
    const others = [
      text.trimEnd(),
      ` ${text}`,
      `${text}\n`,
      `\ufeff${text}`,
      text.replace(',', ', '),
      text.replace('"kind":"product","size":3', '"size":3,"kind":"product"'),
      text.replace('"size":3', '"size":3,"size":3'),
      text.replace('"size":3', '"size":3.0'),
      text.replace('"size":3', '"size":3e0'),
      text.replace('aaaa', 'AAaa'),
      text.replace('"x":["1"]', '"x":["01"]'),
      text.replace('"AAEC"', '"AAED="'),
      text.replace('"AAEC"', '"AAF="'),
      text.replace('é', '\\u00e9'),
      text.replace('0.1', '0.10'),
      text.replace('1e+300', '1e300'),
    ];
    for (const other of others) {
      expect(other).not.toBe(text);
      expect(() => decodeReceipt(bytesOf(other)), other.slice(0, 80)).toThrowError(invalid);
    }
    expect(() => decodeReceipt(Uint8Array.of(...bytesOf(text), 0xff))).toThrowError(invalid);
  });

  it('never reads as the same receipt after any byte has changed', () => {
    const bytes = bytesOf(encodeReceipt(RECEIPT));
    let readable = 0;
    for (const [at, byte] of bytes.entries()) {
      for (const change of [1, 32, 128]) {
        const altered = Uint8Array.from(bytes);
        altered[at] = byte ^ change;
        let text: string | undefined;
        try {
          text = encodeReceipt(decodeReceipt(altered));
        } catch (error) {
          expect(error).toEqual(invalid);
        }
        if (text === undefined) continue;
        readable++;
        if (Buffer.compare(bytesOf(text), altered) !== 0) expect.fail(`byte ${at} reads as before`);
      }
    }
    // Digits of hashes may be other digits: that is for the signatures to notice.
    expect(readable).toBeGreaterThan(1000);
  });

  it('is refused if any member is missing, of another kind, or one too many', () => {
    let tried = 0;
    const visit = (node: unknown, path: readonly string[]): void => {
      if (typeof node !== 'object' || node === null) return;
      const isForeign = /definition|certificate|network|parameters/.test(path.join('.'));
      if (isForeign) return;
      const put = (change: (target: object) => void) =>
        changed((root) => {
          change(path.reduce<object>((target, step) => Reflect.get(target, step) as object, root));
        });
      for (const key of Object.keys(node)) {
        if (/^(definition|certificate|network)$/.test(key)) continue;
        tried++;
        if (path.at(-1) !== 'parameters' && !/rows/.test(path.join('.'))) {
          const other = put((target) => Reflect.set(target, key, { unexpected: true }));
          expect(() => decodeReceipt(other), [...path, key].join('.')).toThrowError(invalid);
        }
        visit(Reflect.get(node, key), [...path, key]);
      }
      if (Array.isArray(node)) return;
      const [some = ''] = Object.keys(node);
      const less = put((target) => Reflect.deleteProperty(target, some));
      expect(() => decodeReceipt(less), `without ${path.join('.')}.${some}`).toThrowError(invalid);
      const more = put((target) => Reflect.set(target, 'more', 1));
      expect(() => decodeReceipt(more), `more in ${path.join('.')}`).toThrowError(invalid);
    };
    visit(RECEIPT, []);
    expect(tried).toBeGreaterThan(60);
  });

  it('quotes nothing of a receipt that it refuses', () => {
    const secret = changed((root) => Reflect.set(root, 'secret value', 'secret value'));
    const failure = (() => {
      try {
        return decodeReceipt(secret);
      } catch (error) {
        return String(error);
      }
    })();
    expect(failure).not.toContain('secret');
  });
});

describe('what a receipt is bound to', () => {
  const asked = {
    sql: SQL,
    parameters: [null, 'x', { number: '1' }, true],
    network: { name: 'lan', roundTripSeconds: 1, bytesPerSecond: 2 },
    analyst: 'ab'.repeat(32),
    analystKey: KEY,
    previous: null,
  };

  it('every part of the question', () => {
    const digest = (change: object) => hex(requestDigest(nodeCrypto, { ...asked, ...change }));
    const { network } = asked;
    const all = [
      digest({}),
      digest({ sql: `${SQL} ` }),
      digest({ parameters: [null, 'x', { number: '1' }] }),
      digest({ parameters: [null, 'x', '1', true] }),
      digest({ parameters: ['null', 'x', { number: '1' }, true] }),
      digest({ network: { ...network, name: 'wan' } }),
      digest({ network: { ...network, roundTripSeconds: 3 } }),
      digest({ network: { ...network, bytesPerSecond: 3 } }),
      digest({ analyst: 'ac'.repeat(32) }),
      digest({ analystKey: new Uint8Array(32) }),
      digest({ previous: 'ab'.repeat(32) }),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  it('every nonce, and whatever else makes the query id', () => {
    const fill = (byte: number) => new Uint8Array(32).fill(byte);
    const parts = {
      requestId: '00'.repeat(16),
      nonces: [1, 2, 3].map(fill),
      ...{ consortium: fill(4), program: fill(5), request: fill(6), analystKey: fill(7) },
    };
    const id = (change: object) => hex(queryIdOf(nodeCrypto, { ...parts, ...change }));
    const all = [
      id({}),
      id({ requestId: '01'.repeat(16) }),
      ...[0, 1, 2].map((k) =>
        id({ nonces: parts.nonces.map((n, at) => (at === k ? fill(9) : n)) }),
      ),
      id({ consortium: fill(9) }),
      id({ program: fill(9) }),
      id({ request: fill(9) }),
      id({ analystKey: fill(9) }),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  it('the party, its salt, its shares and its time', () => {
    const [queryId, salt, shares] = [KEY, KEY.slice(), Uint8Array.of(1, 2, 3)];
    const commit = (id = queryId, party = 1, s = salt, sh = shares) =>
      shareCommitment(nodeCrypto, id, party, s, sh);
    const other = new Uint8Array(32);
    const all = [commit(), commit(other), commit(queryId, 2), commit(queryId, 1, other)];
    const commitments = [...all, commit(queryId, 1, salt, Uint8Array.of(1, 2))].map(hex);
    expect(new Set(commitments).size).toBe(5);
    const message = (digest = KEY, commitment = KEY, time = 7) =>
      hex(attestedMessage(digest, commitment, time));
    const messages = [message(), message(other), message(KEY, other), message(KEY, KEY, 8)];
    expect(new Set(messages).size).toBe(4);
    expect(messages[0]).toBe(
      `${hex(bytesOf('tacit/receipt/1|'))}${'05'.repeat(64)}0000000000000007`,
    );
  });
});

describe('a receipt that is too long', () => {
  const tooLarge = expect.objectContaining({
    code: 'SQL_TOO_LARGE',
    message: expect.stringContaining('256 MiB'),
  });

  it('by its shares is refused before it is written', () => {
    const shares = 'A'.repeat(RECEIPT_BYTES_MAX / 4);
    const parties = RECEIPT.parties.map((party) => ({ ...party, shares }));
    const rows = [['B'.repeat(RECEIPT_BYTES_MAX / 4)]];
    const result = { ...RECEIPT.result, rows };
    expect(() => encodeReceipt({ ...RECEIPT, parties, result })).toThrow(tooLarge);
  });

  it('by its rows is refused, even if no text could hold it', () => {
    const row = ['B'.repeat(1 << 20)];
    const result = { ...RECEIPT.result, rows: Array.from({ length: 1000 }, () => row) };
    expect(() => encodeReceipt({ ...RECEIPT, result })).toThrow(tooLarge);
  });
});
