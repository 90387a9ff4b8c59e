import { describe, expect, it } from 'vitest';
import { memoryNetwork, type Tamper, type TraceEntry } from '../../src/transport/memory.ts';
import { channelContract } from '../contracts/channel.ts';
import { ManualTimer } from './manual-timer.ts';

channelContract('memory', {
  open: async (parties) => memoryNetwork(parties),
  close: async () => {},
});

function pair(options: Parameters<typeof memoryNetwork>[1]) {
  const [a, b] = memoryNetwork(2, options);
  return { a: a!, b: b! };
}

const read = (channel: ReturnType<typeof memoryNetwork>[0], step: string, length: number) => {
  const out = new Uint8Array(length);
  return channel.receive(0, step, () => out, 0, length).then(() => [...out]);
};

describe('memory network', () => {
  it('records every message', async () => {
    const record: TraceEntry[] = [];
    const { a, b } = pair({ record });
    a.send(1, 'one', new Uint8Array(3));
    b.send(0, 'two', new Uint8Array());
    expect(record).toEqual([
      { from: 0, to: 1, step: 'one', bytes: 3 },
      { from: 1, to: 0, step: 'two', bytes: 0 },
    ]);
  });

  it('takes its order of delivery from the scheduler', async () => {
    const queue: (() => void)[] = [];
    const { a, b } = pair({ schedule: (deliver) => queue.push(deliver) });
    let done = false;
    const wait = read(b, 'x', 2).then((value) => {
      done = true;
      return value;
    });
    a.send(1, 'x', new Uint8Array([1, 2]));
    await new Promise(setImmediate);
    expect(done).toBe(false);
    for (const deliver of queue) deliver();
    expect(await wait).toEqual([1, 2]);
  });

  it('a tampered message changes, vanishes or swaps places', async () => {
    const change: Tamper = { message: (m) => [{ ...m, payload: m.payload.map((x) => x ^ 1) }] };
    const one = pair({ tamper: change });
    one.a.send(1, 'x', new Uint8Array([4, 5]));
    expect(await read(one.b, 'x', 2)).toEqual([5, 4]);

    const drop = pair({ tamper: { message: () => [] } });
    const missing = read(drop.b, 'x', 1);
    drop.a.send(1, 'x', new Uint8Array(1));
    const closed = drop.a.close();
    await expect(missing).rejects.toMatchObject({ code: 'PEER_CLOSED' });
    await closed;
  });

  it.each<[string, Tamper, RegExp]>([
    ['a duplicated message', { message: (m) => [m, m] }, /sent step x again/],
    ['a duplicated frame', { frame: (_, __, f) => [f, f] }, /sequence number 0/],
    [
      'a truncated frame',
      { frame: (_, __, f) => [f.subarray(0, 30)] },
      /party 1: frame 1 has a wrong/,
    ],
    [
      'a renamed step',
      { message: (m) => [m.step === 'y' ? { ...m, step: 'z' } : m] },
      /sent step [xz] instead of step y/,
    ],
    ['a lost frame', { frame: (_, __, f) => (f[7] === 0x78 ? [] : [f]) }, /sequence number 1/],
  ])('%s is PEER_PROTOCOL', async (_, tamper, message) => {
    const { a, b } = pair({ tamper });
    const failure = read(b, 'y', 1);
    a.send(1, 'x', new Uint8Array(1));
    a.send(1, 'y', new Uint8Array(1));
    const closing = a.close();
    const result = failure.then(() => read(b, 'x', 1)).then(() => read(b, 'w', 1));
    await expect(result).rejects.toMatchObject({
      code: 'PEER_PROTOCOL',
      message: expect.stringMatching(message),
    });
    await closing.catch(() => {});
  });

  it('holds at most the agreed bytes for receives that are not there yet', async () => {
    const { a, b } = pair({ heldBytesMax: 10_000 });
    a.send(1, 'x', new Uint8Array(9_000));
    a.send(1, 'y', new Uint8Array(1_000));
    await new Promise(setImmediate);
    await expect(read(b, 'x', 9_000)).rejects.toMatchObject({
      code: 'PEER_PROTOCOL',
      message: expect.stringMatching(/more than 10000 bytes that nobody awaits/),
    });
    const many = pair({ heldBytesMax: 10_000 });
    for (let i = 0; i < 50; i++) many.a.send(1, `${i}`, new Uint8Array());
    await new Promise(setImmediate);
    await expect(read(many.b, '0', 0)).rejects.toMatchObject({ code: 'PEER_PROTOCOL' });
    const taken = pair({ heldBytesMax: 10_000 });
    for (let i = 0; i < 50; i++) {
      taken.a.send(1, `${i}`, new Uint8Array(5_000));
      await new Promise(setImmediate);
      await read(taken.b, `${i}`, 5_000);
    }
  });

  it('a silent peer is PEER_TIMEOUT, one that makes progress is not', async () => {
    const timer = new ManualTimer();
    const { a, b } = pair({ watchdog: { timer, silenceMs: 5_000 } });
    await timer.advance(60_000);
    const long = read(b, 'long', 40);
    const failure = read(b, 'never', 1);
    failure.catch(() => {});
    for (let i = 0; i < 10; i++) {
      a.send(1, `${i}`, new Uint8Array(1));
      await timer.advance(4_000);
    }
    a.send(1, 'long', new Uint8Array(40));
    await long;
    await timer.advance(7_000);
    await expect(failure).rejects.toMatchObject({
      code: 'PEER_TIMEOUT',
      message: expect.stringMatching(/party 1 sent nothing for 5 s; step never is missing/),
    });
    expect(timer.running).toBe(1);
    a.abort(new Error('end of test'));
    expect(timer.running).toBe(0);
  });
});
