import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Channel } from '../../src/transport/channel.ts';
import { ExchangeHub, type HubOptions } from '../../src/transport/exchange-hub.ts';
import { SENDER_HEADER } from '../../src/transport/outgoing-stream.ts';
import type { Timer } from '../../src/transport/timer.ts';
import { type Certificate, clientOptions, makeCertificate, serverOptions } from './certificates.ts';

export const realTimer: Timer = {
  start(ms, fn) {
    const handle = setTimeout(fn, ms);
    return () => clearTimeout(handle);
  },
};

/** Hubs of several parties in one process, each behind its own listener on loopback. */
export class ExchangeServers {
  readonly hubs: ExchangeHub[] = [];
  readonly servers: Server[] = [];
  readonly errors: unknown[] = [];
  /** TCP connections accepted so far. */
  connections = 0;

  static async start(
    parties: number,
    tls: boolean,
    options: Partial<HubOptions> = {},
    swap?: (certificates: Certificate[]) => Promise<Certificate[]>,
  ): Promise<ExchangeServers> {
    const made = new ExchangeServers();
    const names = Array.from({ length: parties }, (_, i) => `p${i}`);
    const pinned = tls ? await Promise.all(names.map(makeCertificate)) : [];
    const own = swap ? await swap(pinned) : pinned;
    for (const self of names.keys()) {
      const handler = (request: IncomingMessage, response: ServerResponse) =>
        made.#handle(self, request, response);
      const settings = { noDelay: true, requestTimeout: 0 };
      const server = tls
        ? createTlsServer({ ...settings, ...serverOptions(own[self]!, pinned) }, handler)
        : createServer(settings, handler);
      server.on('connection', () => made.connections++);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      made.servers.push(server);
    }
    const ports = made.servers.map((server) => (server.address() as AddressInfo).port);
    for (const self of names.keys()) {
      const peers = ports.map((port, peer) => ({
        host: '127.0.0.1',
        port,
        tls: tls ? clientOptions(own[self]!, pinned[peer]!) : undefined,
      }));
      made.hubs.push(new ExchangeHub({ self, peers, timer: realTimer, ...options }));
    }
    return made;
  }

  async open(requestId: string): Promise<Channel[]> {
    return Promise.all(this.hubs.map((hub) => hub.open(requestId)));
  }

  /** Stops one party as a crash would. */
  crash(party: number): void {
    this.servers[party]?.close();
    this.servers[party]?.closeAllConnections();
    void this.hubs[party]?.close(0);
  }

  async stop(): Promise<void> {
    for (const party of this.hubs.keys()) this.crash(party);
    await Promise.all(this.hubs.map((hub) => hub.close(0)));
  }

  #handle(self: number, request: IncomingMessage, response: ServerResponse): void {
    const requestId = request.url?.split('/').at(-1) ?? '';
    const from = Number(request.headers[SENDER_HEADER]);
    this.hubs[self]!.accept(requestId, from, request).then(
      () => response.end(),
      (error) => {
        this.errors.push(error);
        response.statusCode = 409;
        response.end(() => request.destroy());
      },
    );
  }
}
