import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PartyClient } from '../../cli/connect/party-client.ts';
import { certificateKey } from '../../server/identity/certificate.ts';
import { generateExchangeKeys } from '../../src/crypto/node-keys.ts';
import { FRAME_PAYLOAD_MAX } from '../../src/wire/frame.ts';
import { foreignKey, header, RawClient, stolenKey } from './raw-peer.ts';
import {
  alterTable,
  numbers,
  numbersAnswer,
  numbersSql,
  outcomeOf,
  SILENCE_SECONDS,
  Trial,
} from './trial.ts';

const LONG = process.env['TACIT_LONG'] !== undefined;
const ROWS = 3000;
const FILES = ['identity.json', 'consortium.json'];
const bytes = (...values: number[]) => Uint8Array.from(values);

let trial: Trial;
beforeAll(async () => {
  trial = await Trial.start();
  await trial.publish(numbers('t', ROWS));
}, 120_000);
afterAll(() => trial?.close());

async function expectAnswer(): Promise<void> {
  const { code, done, message } = await outcomeOf(trial.query(numbersSql('t')));
  expect(done?.rows, `${code}: ${message}`).toEqual(numbersAnswer(ROWS));
}

/** What a thief of party 3's key sends to party 1 in its name, and what party 1 then says. */
const STREAMS: readonly {
  readonly name: string;
  readonly sent: Uint8Array;
  readonly ends: boolean;
  readonly told: RegExp;
}[] = [
  {
    name: 'an oversized frame',
    sent: header('hello', FRAME_PAYLOAD_MAX + 1),
    ends: false,
    told: /party 3.*announces a payload of 131073 bytes/,
  },
  {
    name: 'a truncated frame',
    sent: Buffer.concat([header('hello', 160), new Uint8Array(100)]),
    ends: true,
    told: /party 3.*ended inside frame 0/,
  },
  {
    name: 'a truncated header',
    sent: header('hello', 160).subarray(0, 9),
    ends: true,
    told: /party 3.*ended inside frame 0/,
  },
  {
    name: 'an unknown step',
    sent: Buffer.concat([header('nobody-asked', 8), new Uint8Array(8)]),
    ends: true,
    told: /party 3 sent step nobody-asked instead of step hello/,
  },
  {
    name: 'a step twice',
    sent: Buffer.concat([header('x', 0), header('x', 0, 1)]),
    ends: false,
    told: /party 3 sent step x again/,
  },
  {
    name: 'a wrong sequence number',
    sent: header('hello', 160, 7),
    ends: false,
    told: /party 3.*sequence number 7/,
  },
  {
    name: 'a msgpack array of 2^32 - 1 elements',
    sent: bytes(0xdd, 0xff, 0xff, 0xff, 0xff),
    ends: false,
    told: /party 3.*wrong step key/,
  },
  {
    name: 'a frame of 4 GiB',
    sent: header('hello', 0xffffffff),
    ends: false,
    told: /party 3.*announces a payload of 4294967295 bytes/,
  },
  {
    name: 'text',
    sent: Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    ends: false,
    told: /party 3.*wrong step key/,
  },
  {
    name: 'a hello that it cannot sign for this query',
    sent: Buffer.concat([header('hello', 192), new Uint8Array(192)]),
    ends: false,
    told: /party 3/,
  },
];

describe("a client with a party's real key", () => {
  it('can only make queries fail, with an error that names the party', async () => {
    const { consortium, identity } = await stolenKey(trial, 2);
    const origin = consortium.parties[0]?.exchange ?? '';
    for (const { ends, name, sent, told } of STREAMS) {
      const requestId = randomBytes(16).toString('hex');
      const path = `/v1/exchange/${requestId}`;
      const thief = new RawClient(origin, identity, path, 'application/msgpack');
      thief.write(sent);
      if (ends) thief.end();
      // It must be there before the query, or the real party's stream is taken.
      await new Promise((resolve) => setTimeout(resolve, 150));
      // Only party 1 is asked: the others would fail too, of its failure.
      const { publicKey: analystKey } = generateExchangeKeys();
      const request = { requestId, sql: numbersSql('t'), analystKey };
      const outcome = await outcomeOf(trial.analyst[0].query(request));
      expect(outcome.code, `${name}: ${outcome.message}`).toBe('PEER_PROTOCOL');
      expect(outcome.message, name).toMatch(told);
      thief.destroy();
    }
    await expectAnswer();
  }, 60_000);

  it('is refused by the routes of members, and a stream for no query ends by itself', async () => {
    const { consortium, identity } = await stolenKey(trial, 2);
    const { control, exchange } = consortium.parties[0] ?? { control: '', exchange: '' };
    const asked = new RawClient(control, identity, '/v1/queries', 'application/json');
    asked.write(Buffer.from('{}'));
    asked.end();
    expect((await asked.answer).body).toContain('AUTH_DENIED');
    const other = new RawClient(exchange, identity, '/v1/exchange/nonsense', 'application/msgpack');
    expect((await other.answer).body).toContain('REQUEST_INVALID');
    other.destroy();
  });
});

describe('a stranger', () => {
  it('is refused by both listeners', async () => {
    const stranger = await foreignKey();
    const { consortium } = await stolenKey(trial, 0);
    for (const { control, exchange, name } of consortium.parties) {
      for (const origin of [control, exchange]) {
        const client = new RawClient(origin, stranger, '/v1/exchange/00', 'application/msgpack');
        await expect(client.answer, `${name} ${origin}`).rejects.toThrow();
      }
    }
    const [party] = consortium.parties;
    if (party === undefined) throw new TypeError('three parties');
    const client = new PartyClient(party, stranger);
    const { code, message } = await outcomeOf(client.health());
    expect(code).toMatch(/^(AUTH_DENIED|PARTY_UNREACHABLE)$/);
    expect(message).toMatch(/party 1 .*(certificate|consortium\.json)/);
    client.close();
    await expectAnswer();
  });
});

describe('a party', () => {
  it.runIf(LONG)(
    'that starts with a key that is not its own says so',
    async () => {
      const file = join(trial.consortium.directory(1), 'identity.json');
      const own = await readFile(file, 'utf8');
      await trial.consortium.killParty(1);
      await writeFile(file, JSON.stringify({ ...(await foreignKey()), name: 'party 2' }));
      const started = await outcomeOf(trial.consortium.startParty(1));
      expect(started).toMatchObject({ code: 'CONFIG_INVALID' });
      expect(started.message).toMatch(/no party has the certificate of identity\.json/);
      await writeFile(file, own);
      await trial.consortium.startParty(1);
      await expectAnswer();
    },
    60_000,
  );

  it('that answers with another certificate at its address is not believed', async () => {
    const file = (name: string) => join(trial.consortium.directory(1), name);
    const own = await Promise.all(FILES.map((name) => readFile(file(name), 'utf8')));
    const stranger = await foreignKey();
    const { consortium } = await stolenKey(trial, 1);
    const pinned = {
      certificate: stranger.certificate,
      identityKey: certificateKey(stranger.certificate)?.toString('base64'),
    };
    const parties = consortium.parties.map((p) => (p.index === 1 ? { ...p, ...pinned } : p));
    const forged = [stranger, { ...consortium, parties }].map((value) => JSON.stringify(value));
    const restartWith = async (contents: readonly string[]) => {
      await trial.consortium.killParty(1);
      for (const [i, name] of FILES.entries()) await writeFile(file(name), contents[i] ?? '');
      await trial.consortium.startParty(1);
    };
    await restartWith(forged);
    const { code, message } = await outcomeOf(trial.query(numbersSql('t')));
    expect(code).toBe('TLS_PIN_MISMATCH');
    expect(message).toMatch(/party 2 presented a certificate that is not the pinned one/);
    await restartWith(own);
    await expectAnswer();
  }, 60_000);

  it('that holds another version of a table is found out before any share moves', async () => {
    await trial.publish(numbers('odd', 100));
    await alterTable(trial, 2, 'odd', (record) => ({
      ...record,
      versions: record.versions.map((version) => ({ ...version, digest: 'f'.repeat(64) })),
    }));
    const { code, message } = await outcomeOf(trial.query(numbersSql('odd')));
    expect(code).toBe('PLAN_MISMATCH');
    expect(message).toMatch(/no version of table "odd" is usable at all parties: party 1 lists/);
    await expectAnswer();
  }, 60_000);

  it('that changes the definition of a table compiles another program, which is found out', async () => {
    await trial.publish(numbers('wide', 100));
    await alterTable(trial, 2, 'wide', (record) => {
      const { owners, table } = record.definition;
      const columns = table.columns.map((column) =>
        column.name === 'a' ? { ...column, bounds: { min: 0n, max: 2047n } } : column,
      );
      return { ...record, definition: { owners, table: { ...table, columns } } };
    });
    const { code } = await outcomeOf(trial.query(numbersSql('wide')));
    expect(code).toBe('PLAN_MISMATCH');
    await expectAnswer();
  }, 60_000);

  it('that stops answering is named, and the query ends in time', async () => {
    const id = trial.consortium.processId(2) ?? 0;
    for (const delay of [0, 60]) {
      const asked = outcomeOf(trial.query(numbersSql('t')));
      await new Promise((resolve) => setTimeout(resolve, delay));
      process.kill(id, 'SIGSTOP');
      const outcome = await asked;
      process.kill(id, 'SIGCONT');
      if (outcome.done === undefined) {
        expect(outcome.code, outcome.message).toMatch(/^(PEER_TIMEOUT|PARTY_UNREACHABLE)$/);
        expect(outcome.message).toMatch(/party 3/);
      }
      expect(outcome.ms).toBeLessThan(4 * SILENCE_SECONDS * 1000);
      await expectAnswer();
    }
  }, 90_000);
});
