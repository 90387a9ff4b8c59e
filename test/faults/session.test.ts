import { describe, expect, it } from 'vitest';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { generateSigningKeys, nodeKeys, nodeSigner } from '../../src/crypto/node-keys.ts';
import type { EngineParts } from '../../src/engine/party-engine.ts';
import { directPlanner, type Planner } from '../../src/engine/planner.ts';
import { HELLO_BYTES } from '../../src/program/steps.ts';
import type { SentMessage } from '../../src/transport/memory.ts';
import { inProcessConsortium } from '../engine/consortium.ts';
import { plainTable, variedRow } from '../security/plain-table.ts';
import { askEach, codesOf, expectRefused, freshRequest, SQL, stage, TABLE } from './attack.ts';

/** Faults before any share has moved. `sent` are the steps that may have been sent by then. */
const GREETING = ['hello'];
const GREETINGS = ['hello', 'echo'];

/** Steps that the honest parties sent; party 2 is the other one where there is one. */
function stepsOf(record: readonly { readonly from: number; readonly step: string }[]): string[] {
  const honest = record.filter(({ from }) => from !== 1);
  return [...new Set(honest.map(({ step }) => step))].toSorted();
}

/** Party 2 is given other parts than it should have. */
const atSecond = (change: (parts: EngineParts) => Partial<EngineParts>) => (parts: EngineParts) =>
  parts.self === 1 ? { ...parts, ...change(parts) } : parts;

describe('another version of the table at one party', () => {
  const others = [
    { what: 'the same rows published again', table: TABLE },
    { what: 'other rows', table: plainTable([400, 301], variedRow) },
    {
      what: 'other bounds',
      table: {
        ...TABLE,
        definition: {
          ...TABLE.definition,
          columns: TABLE.definition.columns.map((column) =>
            column.name === 'a' ? { ...column, bounds: { min: 0n, max: 5000n } } : column,
          ),
        },
      },
    },
  ];

  it.each(others)('is PLAN_MISMATCH at all parties: $what', async ({ table }) => {
    const store = (await inProcessConsortium([table])).stores[1];
    if (store === undefined) throw new Error('three stores expected');
    const target = await stage(atSecond(() => ({ store })));
    const outcomes = await target.attack({});
    expect(codesOf(outcomes)).toEqual(Array(3).fill('PLAN_MISMATCH'));
    const versions = /no version of table "t" is usable at all parties: party 1 lists \d \(\w{8}\)/;
    expectRefused(outcomes, 'PLAN_MISMATCH', versions);
    expect(stepsOf(target.record)).toEqual(GREETING);
    const told = await target.analyst({});
    expect(told.code).toBe('PLAN_MISMATCH');
  });
});

describe('another program at one party', () => {
  it('is PLAN_MISMATCH at all parties', async () => {
    const planner = directPlanner(nodeCrypto);
    const plan: Planner['plan'] = (question, tables) =>
      planner.plan({ ...question, sql: question.sql.replace('a < 700', 'a < 701') }, tables);
    const target = await stage(atSecond(() => ({ planner: { ...planner, plan } })));
    const outcomes = await target.attack({});
    expect(codesOf(outcomes)).toEqual(Array(3).fill('PLAN_MISMATCH'));
    expectRefused(outcomes, 'PLAN_MISMATCH', /party 2 compiled another program .* than party 1/);
    expect(stepsOf(target.record)).toEqual(GREETINGS.toSorted());
  });

  it('that was asked for by the analyst itself is PLAN_MISMATCH too', async () => {
    const target = await stage();
    const request = freshRequest(SQL);
    const other = { ...request, sql: SQL.replace('a < 700', 'a < 701') };
    target.record.length = 0;
    const outcomes = await Promise.allSettled(
      target.consortium.parties.map((p, k) => p.query(k === 1 ? other : request)),
    );
    for (const outcome of outcomes) {
      const reason = {
        code: 'PLAN_MISMATCH',
        message: expect.stringMatching(/asked something else/),
      };
      expect(outcome).toMatchObject({ status: 'rejected', reason });
    }
    expect(stepsOf(target.record)).toEqual(GREETING);
  });
});

describe('a hello that is not what it should be', () => {
  it('signed by another key', async () => {
    const signer = nodeSigner(generateSigningKeys().privateKey);
    const target = await stage(atSecond(() => ({ signer })));
    const outcomes = await target.attack({});
    expectRefused(outcomes, 'PEER_PROTOCOL', /hello of party 2 is not signed by its identity key/);
    expect(stepsOf(target.record)).toEqual(GREETING);
  });

  const hello = (change: (payload: Uint8Array) => void) => (m: SentMessage) => {
    if (m.step !== 'hello' || m.from !== 1 || m.to !== 0) return [m];
    const payload = m.payload.slice();
    change(payload);
    return [{ ...m, payload }];
  };

  it('altered on the way, wherever', async () => {
    const target = await stage();
    for (let at = 0; at < HELLO_BYTES; at += 37) {
      const message = hello((payload) => {
        payload[at] = (payload[at] ?? 0) ^ 1;
      });
      const outcomes = await target.attack({ tamper: { message } });
      expectRefused(outcomes, 'PEER_PROTOCOL', /hello of party 2 is not signed/);
    }
    await target.recovers();
  });

  it('of an earlier query, or of another party', async () => {
    const target = await stage();
    let kept: Uint8Array | undefined;
    const keep = hello((payload) => {
      kept = payload.slice();
    });
    await target.attack({ tamper: { message: keep } });
    expect(kept?.length).toBe(HELLO_BYTES);
    const replay = hello((payload) => payload.set(kept ?? []));
    const replayed = await target.attack({ tamper: { message: replay } });
    expectRefused(replayed, 'PEER_PROTOCOL', /hello of party 2 is not signed/);

    // Party 3 passes party 2's hello off as its own.
    let second: Uint8Array | undefined;
    const message = (m: SentMessage) => {
      if (m.step !== 'hello' || m.to !== 0) return [m];
      if (m.from === 1) second = m.payload.slice();
      return [m.from === 2 && second ? { ...m, payload: second } : m];
    };
    const reflected = await target.attack({ tamper: { message } });
    expectRefused(reflected, 'PEER_PROTOCOL', /hello of party 3 is not signed/);
    await target.recovers();
  });

  it.each([
    { point: 'zero', bytes: new Uint8Array(32) },
    { point: 'one', bytes: Uint8Array.from({ length: 32 }, (_, k) => (k === 0 ? 1 : 0)) },
    {
      point: 'order 8',
      bytes: Uint8Array.from(
        Buffer.from('e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800', 'hex'),
      ),
    },
  ])('with an X25519 point of low order: $point', async ({ bytes }) => {
    const agreement = () => ({ ...nodeKeys.agreement(), publicKey: bytes });
    const target = await stage(atSecond(() => ({ keys: { ...nodeKeys, agreement } })));
    const outcomes = await target.attack({});
    expect(codesOf(outcomes)[0]).toBe('PEER_PROTOCOL');
    expectRefused(outcomes, 'PEER_PROTOCOL', /low order/);
    expect(stepsOf(target.record).filter((step) => !GREETINGS.includes(step))).toEqual([]);
  });

  it('different for each peer, both signed', async () => {
    const twoFaced = atSecond(({ openChannel, signer, self }) => ({
      openChannel: async (requestId, signal) => {
        const channel = await openChannel(requestId, signal);
        const send = channel.send.bind(channel);
        channel.send = (to, step, payload, owned) => {
          if (step !== 'hello' || to !== 2) return send(to, step, payload, owned);
          const other = payload.slice();
          other[0] = (other[0] ?? 0) ^ 1;
          const label = Buffer.from(`tacit/hello|${requestId}|${self}|`);
          const consortium = new Uint8Array(32);
          const signed = other.subarray(0, HELLO_BYTES - 64);
          other.set(signer.sign(Buffer.concat([label, consortium, signed])), signed.length);
          return send(to, step, other);
        };
        return channel;
      },
    }));
    const target = await stage(twoFaced);
    const outcomes = await target.attack({});
    expectRefused(outcomes, 'PEER_PROTOCOL', /heard different greetings/);
    expect(stepsOf(target.record).filter((step) => !GREETINGS.includes(step))).toEqual([]);
  });
});

describe('requests', () => {
  it('with an id that was used before are QUERY_CONFLICT at every party', async () => {
    const target = await stage();
    const request = freshRequest(SQL);
    const ask = () => Promise.allSettled(target.consortium.parties.map((p) => p.query(request)));
    const first = await ask();
    expect(first.map(({ status }) => status)).toEqual(Array(3).fill('fulfilled'));
    target.record.length = 0;
    const second = await ask();
    for (const outcome of second) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'QUERY_CONFLICT' } });
    }
    expect(target.record).toEqual([]);
    await target.recovers();
  });

  it('that name another analyst key at one party end before a share moves', async () => {
    const target = await stage();
    target.record.length = 0;
    const request = freshRequest(SQL);
    const other = { ...request, analystKey: freshRequest(SQL).analystKey };
    const outcomes = await Promise.allSettled(
      target.consortium.parties.map((p, k) => p.query(k === 2 ? other : request)),
    );
    for (const outcome of outcomes) expect(outcome.status).toBe('rejected');
    expect(stepsOf(target.record).filter((step) => !GREETINGS.includes(step))).toEqual([]);
    await target.recovers();
  });

  it.each([
    { what: 'an id that is not 32 hex digits', change: { requestId: '../../x' } },
    { what: 'a key of 31 bytes', change: { analystKey: new Uint8Array(31) } },
    { what: 'a key of 33 bytes', change: { analystKey: new Uint8Array(33).fill(9) } },
    { what: 'a key of low order', change: { analystKey: new Uint8Array(32) } },
  ])('with $what are refused before anything is sent', async ({ change }) => {
    const target = await stage();
    target.record.length = 0;
    const request = { ...freshRequest(SQL), ...change };
    const outcomes = await Promise.allSettled(
      target.consortium.parties.map((p) => p.query(request)),
    );
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'REQUEST_INVALID' } });
    }
    expect(target.record).toEqual([]);
    await target.recovers();
  });

  it('of several analysts at a time are answered apart', async () => {
    const target = await stage();
    const asked = await Promise.all([1, 2, 3].map(() => askEach(target.consortium, SQL)));
    for (const outcomes of asked) expect(codesOf(outcomes)).toEqual(Array(3).fill('answered'));
    await target.recovers();
  });
});
