import { readFile } from 'node:fs/promises';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { join } from 'node:path';
import type { Identity } from '../../server/identity/certificate.ts';
import { type Consortium, parseConsortium } from '../../server/identity/consortium.ts';
import { createIdentity } from '../../server/identity/create-identity.ts';
import { parseIdentity } from '../../server/identity/party-directory.ts';
import { encodeHeader } from '../../src/wire/frame.ts';
import type { Trial } from './trial.ts';

/** A party's real key and the consortium's file, as a thief would find them. */
export async function stolenKey(
  trial: Trial,
  party: number,
): Promise<{ identity: Identity; consortium: Consortium }> {
  const read = (name: string) => readFile(join(trial.consortium.directory(party), name), 'utf8');
  return {
    identity: parseIdentity(await read('identity.json')),
    consortium: parseConsortium(await read('consortium.json')),
  };
}

/** A key that nobody listed. */
export function foreignKey(): Promise<Identity> {
  return createIdentity('stranger');
}

export interface Answered {
  readonly status: number | undefined;
  readonly body: string;
}

/** A TLS client of our own at a listener: no pinning, no agent, any bytes. */
export class RawClient {
  readonly #request: ClientRequest;
  /** The answer; rejects if the connection is refused or broken. */
  readonly answer: Promise<Answered>;

  constructor(origin: string, { certificate, privateKey }: Identity, path: string, type: string) {
    const { hostname, port } = new URL(origin);
    this.#request = request({
      ...{ host: hostname, port, path, method: 'POST', agent: false },
      ...{ cert: certificate, key: privateKey, rejectUnauthorized: false, minVersion: 'TLSv1.3' },
      headers: { 'content-type': type, 'transfer-encoding': 'chunked' },
    });
    this.answer = new Promise((resolve, reject) => {
      this.#request.on('error', reject);
      this.#request.on('response', (response: IncomingMessage) => {
        let body = '';
        response.on('data', (piece: Buffer) => {
          body += piece.toString();
        });
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode, body }));
      });
    });
    this.answer.catch(() => {});
    this.#request.flushHeaders();
  }

  write(bytes: Uint8Array): void {
    this.#request.write(bytes);
  }

  end(): void {
    this.#request.end();
  }

  destroy(): void {
    this.#request.destroy();
  }
}

/** A header that claims what it likes about the payload that follows. */
export function header(step: string, payloadBytes: number, seq = 0): Uint8Array {
  return encodeHeader(step, seq, payloadBytes);
}
