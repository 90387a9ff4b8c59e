import { connect, createServer, type Server, type Socket } from 'node:net';

/** Stands before a TCP port of this machine and holds every byte back for a while, in both directions. */
export class DelayProxy {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;

  private constructor(server: Server, sockets: Set<Socket>, port: number) {
    this.#server = server;
    this.#sockets = sockets;
    this.port = port;
  }

  /** Listens on a free port; what arrives reaches `target` after `delayMs`, and answers take as long. */
  static async start(target: number, delayMs: number): Promise<DelayProxy> {
    const sockets = new Set<Socket>();
    const server = createServer({ noDelay: true }, (near) => {
      const far = connect({ port: target, host: '127.0.0.1', noDelay: true });
      for (const socket of [near, far]) {
        sockets.add(socket);
        socket.on('error', () => {
          near.destroy();
          far.destroy();
        });
        socket.on('close', () => sockets.delete(socket));
      }
      delayed(near, far, delayMs);
      delayed(far, near, delayMs);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return new DelayProxy(server, sockets, address.port);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Equal delays keep the order: timers of one length fire in the order they were set. */
function delayed(from: Socket, to: Socket, delayMs: number): void {
  from.on('data', (bytes) => {
    setTimeout(() => to.destroyed || to.write(bytes), delayMs);
  });
  from.on('close', () => setTimeout(() => to.destroy(), delayMs));
}
