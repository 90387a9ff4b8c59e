import type { Readable } from 'node:stream';
import type { MessagePort } from 'node:worker_threads';
import type { FastifyRequest } from 'fastify';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { SENDER_HEADER } from '../../src/transport/outgoing-stream.ts';
import { type Authenticate, authenticator } from '../control/principal.ts';
import { buildExchangeServer } from '../exchange/app.ts';
import { type Consortium, Pins } from '../identity/consortium.ts';
import type { PartyDirectory } from '../identity/party-directory.ts';
import { serverTls } from '../identity/tls.ts';
import { listen } from '../listen.ts';
import { createLog, describeError, failureLevel, type Logger } from '../log.ts';
import { createEngine, type Engine } from './create-engine.ts';
import { type FromEngine, type ToEngine, toPlain } from './messages.ts';
import { PlannerHost } from './planner-host.ts';

/**
 * Runs the engine thread of a party: engine, storage reader and exchange server. It answers
 * {@link ToEngine} messages on the port until `stop`.
 */
export async function runEngineThread(directory: PartyDirectory, port: MessagePort): Promise<void> {
  const thread = new EngineThread(directory, port);
  await thread.start();
}

class EngineThread {
  readonly #directory: PartyDirectory;
  readonly #port: MessagePort;
  readonly #log: Logger;
  readonly #running = new Map<number, AbortController>();
  readonly #planner: PlannerHost;
  /** Settles when the addresses of all parties are known. */
  readonly #engine: Promise<Engine>;
  #begin: (engine: Promise<Engine>) => void = () => {};
  #closeServer: () => Promise<void> = async () => {};

  constructor(directory: PartyDirectory, port: MessagePort) {
    this.#directory = directory;
    // First of all: it loads while this thread loads and listens.
    this.#planner = new PlannerHost(directory);
    this.#port = port;
    this.#log = createLog(directory.settings.log, directory.identity.name);
    this.#engine = new Promise((resolve) => {
      this.#begin = resolve;
    });
    // Whoever asks first reports the failure.
    this.#engine.catch(() => {});
  }

  async start(): Promise<void> {
    const { consortium, identity, self, settings } = this.#directory;
    const peers = consortium.parties.filter((party) => party.index !== self);
    const pinned = peers.map((party) => party.certificate);
    const server = buildExchangeServer({
      authenticate: peerAuthenticator(consortium),
      accept: (requestId, from, stream) => this.#accept(requestId, from, stream),
      log: this.#log,
      ...(consortium.tls ? { https: serverTls(identity, pinned) } : {}),
    });
    this.#closeServer = async () => server.close();
    await this.#planner.ready;
    const port = await listen(server, settings.exchange);
    this.#port.on('message', (message: ToEngine) => this.#receive(message));
    this.#say({ kind: 'listening', port });
  }

  #receive(message: ToEngine): void {
    switch (message.kind) {
      case 'addresses':
        this.#begin(createEngine(this.#directory, message.exchange, this.#planner));
        break;
      case 'ping':
        void this.#pong(message.call);
        break;
      case 'query':
        void this.#answer(message);
        break;
      case 'progress':
        void this.#tell(message);
        break;
      case 'cancel':
        this.#running.get(message.call)?.abort();
        break;
      case 'stop':
        void this.#stop();
        break;
    }
  }

  async #answer({ call, request }: Extract<ToEngine, { kind: 'query' }>): Promise<void> {
    const cancel = new AbortController();
    this.#running.set(call, cancel);
    try {
      const engine = await this.#engine;
      this.#say({ kind: 'answer', call, answer: await engine.query(request, cancel.signal) });
    } catch (error) {
      const about = { requestId: request.requestId, error: describeError(error) };
      this.#log[failureLevel(error)](about, 'query failed');
      this.#say({ kind: 'failure', call, error: toPlain(error) });
    } finally {
      this.#running.delete(call);
    }
  }

  async #accept(requestId: string, from: number, stream: Readable): Promise<void> {
    const engine = await this.#engine;
    await engine.accept(requestId, from, stream);
  }

  async #tell({ call, requestId }: Extract<ToEngine, { kind: 'progress' }>): Promise<void> {
    try {
      const engine = await this.#engine;
      this.#say({ kind: 'progress', call, progress: engine.progress(requestId) });
    } catch (error) {
      this.#say({ kind: 'failure', call, error: toPlain(error) });
    }
  }

  /** Says that this thread answers and that its engine works. */
  async #pong(call: number): Promise<void> {
    try {
      await this.#engine;
      this.#say({ kind: 'pong', call });
    } catch (error) {
      this.#say({ kind: 'failure', call, error: toPlain(error) });
    }
  }

  async #stop(): Promise<void> {
    const stopped = Promise.reject(new TacitError('CANCELLED', 'the party is shutting down'));
    stopped.catch(() => {});
    // Without effect unless the addresses never came.
    this.#begin(stopped);
    for (const cancel of this.#running.values()) cancel.abort();
    try {
      await this.#closeServer();
      const engine = await this.#engine.catch(() => undefined);
      await engine?.close();
      await this.#planner.stop();
    } finally {
      this.#port.close();
    }
  }

  #say(message: FromEngine): void {
    this.#port.postMessage(message);
  }
}

/** Only parties; without TLS the sender is believed, as the peers check its signed session key anyway. */
function peerAuthenticator(consortium: Consortium): Authenticate {
  if (consortium.tls) return authenticator(new Pins({ ...consortium, members: [] }), true);
  return (request: FastifyRequest) => {
    const party = consortium.parties[Number(request.headers[SENDER_HEADER] ?? Number.NaN)];
    if (party === undefined) {
      throw new TacitError('AUTH_DENIED', `the header ${SENDER_HEADER} names no party`);
    }
    return { kind: 'party', index: party.index, name: party.name };
  };
}
