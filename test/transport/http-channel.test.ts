import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Channel } from '../../src/transport/channel.ts';
import { channelContract } from '../contracts/channel.ts';
import { makeCertificate } from './certificates.ts';
import { ExchangeServers } from './exchange-servers.ts';

for (const tls of [true, false]) {
  const running = new Map<number, ExchangeServers>();
  let queries = 0;
  channelContract(tls ? 'HTTP over TLS' : 'HTTP in clear', {
    open: async (parties) => {
      const servers = running.get(parties) ?? (await ExchangeServers.start(parties, tls));
      running.set(parties, servers);
      return servers.open(`query${queries++}`);
    },
    close: async () => {
      for (const servers of running.values()) await servers.stop();
      running.clear();
    },
  });
}

const read = (channel: Channel, from: number, step: string, length = 1) => {
  const out = new Uint8Array(length);
  return channel.receive(from, step, () => out, 0, length).then(() => out);
};

describe('HTTP channels', () => {
  let servers: ExchangeServers;
  afterEach(() => servers.stop());

  it('reuse their connections for the next query', async () => {
    servers = await ExchangeServers.start(3, true);
    for (let query = 0; query < 3; query++) {
      const channels = await servers.open(`q${query}`);
      channels[0]!.send(1, 'x', new Uint8Array(1));
      await read(channels[1]!, 0, 'x');
      await Promise.all(channels.map((channel) => channel.close()));
    }
    expect(servers.connections).toBe(6);
    expect(servers.errors).toEqual([]);
  });

  it('streams that come before the query starts wait for it', async () => {
    servers = await ExchangeServers.start(2, true);
    const early = await servers.hubs[0]!.open('q');
    early.send(1, 'x', new Uint8Array(500_000).fill(3));
    await new Promise((resolve) => setTimeout(resolve, 30));
    const late = await servers.hubs[1]!.open('q');
    expect((await read(late, 0, 'x', 500_000))[499_999]).toBe(3);
    await Promise.all([early.close(), late.close()]);
  });

  it('a query that ends before a slower peer has opened its stream is not disturbed', async () => {
    servers = await ExchangeServers.start(2, false);
    const fast = await servers.hubs[0]!.open('q');
    const closing = fast.close();
    const slow = await servers.hubs[1]!.open('q');
    await closing;
    await slow.close();
    expect(servers.errors).toEqual([]);
    await expect(servers.hubs[0]!.open('q')).rejects.toMatchObject({ code: 'QUERY_CONFLICT' });
  });

  it('a hub that closes lets slower peers finish, and aborts what is open', async () => {
    servers = await ExchangeServers.start(2, true);
    const [fast, slow] = await servers.open('q');
    const closing = fast!.close();
    await closing;
    const shutdown = servers.hubs[0]!.close(5000);
    await new Promise((resolve) => setTimeout(resolve, 30));
    await slow!.close();
    await shutdown;
    expect(servers.errors).toEqual([]);
    const [open, peer] = await servers.open('r');
    const pending = Promise.all([
      expect(read(open!, 1, 'x')).rejects.toMatchObject({ code: 'CANCELLED' }),
      expect(read(peer!, 0, 'x')).rejects.toMatchObject({ code: 'PEER_CLOSED' }),
    ]);
    await servers.hubs[0]!.close();
    await pending;
  });

  it('refusing aborts an open query, and spares one that is closed', async () => {
    servers = await ExchangeServers.start(2, false);
    const [a, b] = await servers.open('q');
    const pending = expect(read(b!, 0, 'x')).rejects.toMatchObject({ code: 'PEER_CLOSED' });
    servers.hubs[0]!.refuse('q');
    await pending;
    await expect(read(a!, 1, 'x')).rejects.toMatchObject({ code: 'CANCELLED' });
    const [fast, slow] = await servers.open('r');
    await fast!.close();
    servers.hubs[0]!.refuse('r');
    slow!.send(0, 'unread', new Uint8Array(1));
    await slow!.close();
  });

  it('streams of a refused query break at once, waiting or late', async () => {
    servers = await ExchangeServers.start(2, true);
    const one = await servers.hubs[0]!.open('q');
    const pending = read(one, 1, 'x');
    await new Promise((resolve) => setTimeout(resolve, 20));
    servers.hubs[1]!.refuse('q');
    await expect(pending).rejects.toMatchObject({
      code: 'PEER_CLOSED',
      message: expect.stringMatching(/party 2/),
    });
    one.abort(new Error('end of test'));
    servers.hubs[1]!.refuse('r');
    const two = await servers.hubs[0]!.open('r');
    await expect(read(two, 1, 'x')).rejects.toMatchObject({ code: 'PEER_CLOSED' });
    two.abort(new Error('end of test'));
  });

  it('the arrival of a peer is told before the query is opened, also to late askers', async () => {
    servers = await ExchangeServers.start(2, false);
    const [first, second] = servers.hubs;
    const never = new AbortController();
    const early = second!.arrival('q', 0, never.signal);
    const one = await first!.open('q');
    await early;
    await second!.arrival('q', 0, never.signal);
    const stop = new AbortController();
    const other = second!.arrival('r', 0, stop.signal);
    stop.abort(new Error('changed my mind'));
    await expect(other).rejects.toThrow('changed my mind');
    // A peer that has given up will not come again.
    one.abort(new Error('end of test'));
    await new Promise((resolve) => setTimeout(resolve, 30));
    await expect(second!.arrival('q', 0, never.signal)).rejects.toMatchObject({
      code: 'PEER_CLOSED',
      message: 'party 1 gave up before the query started',
    });
  });

  it('who waits for a dismissed query hears of it at once', async () => {
    servers = await ExchangeServers.start(3, true);
    const [first, second, third] = servers.hubs;
    const never = new AbortController();
    const told = [second, third].map(async (hub) => {
      await hub!.arrival('q', 0, never.signal);
      const channel = await hub!.open('q');
      return read(channel, 0, 'x');
    });
    first!.dismiss('q');
    for (const end of await Promise.allSettled(told)) {
      expect(end).toMatchObject({ status: 'rejected', reason: { code: 'PEER_CLOSED' } });
    }
    await expect(first!.open('q')).rejects.toMatchObject({ code: 'QUERY_CONFLICT' });
  });

  it('opening ends when it is cancelled', async () => {
    servers = await ExchangeServers.start(2, false);
    servers.servers[1]!.removeAllListeners('request');
    servers.servers[1]!.on('checkContinue', () => {});
    const stop = new AbortController();
    const opening = servers.hubs[0]!.open('q', stop.signal);
    setTimeout(() => stop.abort(new Error('changed my mind')), 20);
    await expect(opening).rejects.toThrow('changed my mind');
  });

  it('streams wait on for a query that is known, whatever the time', async () => {
    let isKnown = true;
    const isExpected = () => isKnown;
    servers = await ExchangeServers.start(2, false, { waitMs: 10, isExpected });
    const one = await servers.hubs[0]!.open('q');
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(servers.errors).toEqual([]);
    isKnown = false;
    await expect(read(one, 1, 'x')).rejects.toMatchObject({ code: 'PEER_CLOSED' });
    expect(servers.errors).toMatchObject([{ code: 'PEER_TIMEOUT' }]);
    one.abort(new Error('end of test'));
  });

  it('waiting streams are bounded in time and number', async () => {
    servers = await ExchangeServers.start(2, false, { waitMs: 40, waitingMax: 2 });
    const opened = await Promise.all(['a', 'b', 'c'].map((id) => servers.hubs[0]!.open(id)));
    for (const channel of opened) {
      await expect(read(channel, 1, 'x')).rejects.toMatchObject({ code: 'PEER_CLOSED' });
      channel.abort(new Error('end of test'));
    }
    expect(servers.errors).toHaveLength(3);
  });

  it('a peer that crashes is PEER_CLOSED, and then PARTY_UNREACHABLE', async () => {
    servers = await ExchangeServers.start(3, true);
    const [a, b] = await servers.open('q');
    const pending = [read(a!, 2, 'x'), read(b!, 2, 'x')];
    servers.crash(2);
    const closed = { code: 'PEER_CLOSED', message: expect.stringMatching(/party 3/) };
    await Promise.all(pending.map((receive) => expect(receive).rejects.toMatchObject(closed)));
    await expect(servers.hubs[0]!.open('r')).rejects.toMatchObject({
      code: 'PARTY_UNREACHABLE',
      message: expect.stringMatching(/party 3 cannot be reached \(ECONNREFUSED\)/),
    });
  });

  it('survives kept-alive connections that the peer has closed meanwhile', async () => {
    servers = await ExchangeServers.start(2, true);
    const first = await servers.open('q');
    await Promise.all(first.map((channel) => channel.close()));
    for (const server of servers.servers) server.closeAllConnections();
    const second = await servers.open('r');
    second[0]!.send(1, 'x', new Uint8Array(1));
    await read(second[1]!, 0, 'x');
    await Promise.all(second.map((channel) => channel.close()));
  });

  it('a silent peer is PEER_TIMEOUT', async () => {
    servers = await ExchangeServers.start(2, false, { silenceMs: 50 });
    const [a] = await servers.open('q');
    await expect(read(a!, 1, 'x')).rejects.toMatchObject({
      code: 'PEER_TIMEOUT',
      message: expect.stringMatching(/party 2 sent nothing for 0.05 s; step x/),
    });
  });

  it('whoever does not take the last messages is PEER_TIMEOUT', async () => {
    servers = await ExchangeServers.start(3, false, { silenceMs: 100 });
    servers.servers[2]!.removeAllListeners('request').on('checkContinue', (request, response) => {
      // Accepts every stream and never ends it, as a stopped process.
      response.writeContinue();
      request.pause();
    });
    const opening = [servers.hubs[0]!.open('q'), servers.hubs[1]!.open('q')];
    const [one, two] = await Promise.all(opening);
    for (const channel of [one!, two!]) channel.send(2, 'x', new Uint8Array(1));
    const closed = await Promise.allSettled([one!.close(), two!.close()]);
    for (const end of closed) {
      expect(end).toMatchObject({ status: 'rejected', reason: { code: 'PEER_TIMEOUT' } });
      expect(end).toHaveProperty(
        'reason.message',
        'party 3 did not take all messages within 0.1 s',
      );
    }
  });

  it('all who do not take the last messages are named', async () => {
    servers = await ExchangeServers.start(3, false, { silenceMs: 50 });
    for (const server of servers.servers.slice(1)) {
      server.removeAllListeners('request').on('checkContinue', (request, response) => {
        response.writeContinue();
        request.pause();
      });
    }
    const channel = await servers.hubs[0]!.open('q');
    await expect(channel.close()).rejects.toMatchObject({
      code: 'PEER_TIMEOUT',
      message: 'party 2 and party 3 did not take all messages within 0.05 s',
    });
  });

  it('a server that never answers is PARTY_UNREACHABLE', async () => {
    servers = await ExchangeServers.start(2, false, { connectMs: 50 });
    servers.servers[1]!.removeAllListeners('request').on('checkContinue', () => {});
    await expect(servers.hubs[0]!.open('q')).rejects.toMatchObject({
      code: 'PARTY_UNREACHABLE',
      message: expect.stringMatching(/party 2 did not answer within 0.05 s/),
    });
  });

  it('a certificate that is not the pinned one is TLS_PIN_MISMATCH, on both sides', async () => {
    servers = await ExchangeServers.start(2, true, {}, async ([a]) => [
      a!,
      await makeCertificate('p1'),
    ]);
    await expect(servers.hubs[0]!.open('q')).rejects.toMatchObject({
      code: 'TLS_PIN_MISMATCH',
      message: expect.stringMatching(/party 2 presented/),
    });
    await expect(servers.hubs[1]!.open('q')).rejects.toMatchObject({
      code: expect.stringMatching(/TLS_PIN_MISMATCH|PARTY_UNREACHABLE/),
      message: expect.stringMatching(/party 1/),
    });
  });

  it('bytes that are no frames are PEER_PROTOCOL', async () => {
    servers = await ExchangeServers.start(2, false);
    const hub = servers.hubs[1]!;
    const opening = hub.open('q');
    const { port } = servers.servers[1]!.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(
      'POST /v1/exchange/q HTTP/1.1\r\nhost: x\r\ntacit-party: 0\r\ncontent-length: 9\r\n\r\nnot frame',
    );
    const channel = await opening;
    await expect(read(channel, 0, 'x')).rejects.toMatchObject({
      code: 'PEER_PROTOCOL',
      message: expect.stringMatching(/party 1: frame 0 has a wrong step key/),
    });
  });
});
