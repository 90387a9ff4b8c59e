import { request } from 'node:https';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PartyClient } from '../../cli/connect/party-client.ts';
import { buildControlServer } from '../../server/control/app.ts';
import { authenticator } from '../../server/control/principal.ts';
import { tableAuthority } from '../../server/control/table-authority.ts';
import { buildExchangeServer } from '../../server/exchange/app.ts';
import type { Identity } from '../../server/identity/certificate.ts';
import { type ConsortiumParty, Pins } from '../../server/identity/consortium.ts';
import { createIdentity } from '../../server/identity/create-identity.ts';
import { clientTls, serverTls } from '../../server/identity/tls.ts';
import { listen } from '../../server/listen.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { MemoryStore } from '../../src/storage/memory-store.ts';
import { type Fixture, makeFixture } from './consortium-fixture.ts';

const LOOPBACK = { host: '127.0.0.1', port: 0 };
const closing: (() => Promise<unknown>)[] = [];
const logged: string[] = [];
const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });

let fixture: Fixture;
let party: ConsortiumParty;
let exchangePort: number;

beforeAll(async () => {
  fixture = await makeFixture();
  const { consortium, parties } = fixture;
  const identity = parties[0] as Identity;
  const everyone = [...consortium.parties, ...consortium.members];
  const { arena, kernels } = await loadKernels();
  const control = buildControlServer({
    self: 0,
    security: 'active',
    version: '0',
    store: new MemoryStore(nodeCrypto),
    uploads: { crypto: nodeCrypto, kernels, arena },
    queryTimeoutSeconds: 60,
    requireSpace: async () => {},
    authority: tableAuthority(consortium, identity, 0),
    engine: {
      alive: async () => {},
      progress: async () => undefined,
      query: () => Promise.reject(new TacitError('SQL_SYNTAX', 'no')),
    },
    authenticate: authenticator(new Pins(consortium), true),
    log,
    https: serverTls(
      identity,
      everyone.map((entry) => entry.certificate),
    ),
  });
  const exchange = buildExchangeServer({
    authenticate: authenticator(new Pins(consortium), true),
    accept: async (_requestId, from, stream) => {
      for await (const _ of stream) log.debug({ from }, 'frames');
    },
    log,
    https: serverTls(
      identity,
      consortium.parties.map((entry) => entry.certificate),
    ),
  });
  closing.push(
    () => control.close(),
    () => exchange.close(),
  );
  const port = await listen(control, LOOPBACK);
  exchangePort = await listen(exchange, LOOPBACK);
  party = {
    ...(consortium.parties[0] as ConsortiumParty),
    control: `https://127.0.0.1:${port}`,
  };
});
afterAll(() => Promise.all(closing.map((close) => close())));

function connect(identity: Identity, to: ConsortiumParty = party): PartyClient {
  const client = new PartyClient(to, identity);
  closing.push(async () => client.close());
  return client;
}

/** A POST of frames to the exchange server; resolves with the status, rejects as the socket does. */
function stream(identity: Identity): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const call = request({
      host: '127.0.0.1',
      port: exchangePort,
      method: 'POST',
      path: `/v1/exchange/${'0'.repeat(32)}`,
      headers: { 'content-type': 'application/msgpack' },
      ...clientTls(identity, party.certificate),
    });
    call.on('response', (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    call.on('error', reject);
    call.end('frames');
  });
}

describe('the control server', () => {
  it('speaks TLS 1.3 with members and parties', async () => {
    await connect(fixture.members.owner).health();
    await connect(fixture.members.analyst).health();
    await connect(fixture.parties[1] as Identity).health();
  });

  it('refuses a key that is not in the consortium, and logs why', async () => {
    const stranger = await createIdentity('owner');
    await expect(connect(stranger).health()).rejects.toSatisfy(
      (error) =>
        error instanceof TacitError && ['AUTH_DENIED', 'PARTY_UNREACHABLE'].includes(error.code),
    );
    await expect.poll(() => logged.join('')).toContain('refused during the TLS handshake');
    expect(logged.join('')).toMatch(/"reason":"(ERR_SSL|DEPTH|SELF|UNABLE|CERT)/);
  });

  it('refuses a known certificate with another private key', async () => {
    const { privateKey } = await createIdentity('thief');
    const thief = { ...fixture.members.owner, privateKey };
    await expect(async () => connect(thief).health()).rejects.toThrowError();
  });

  it('is refused by a client that pinned another certificate', async () => {
    const other = fixture.consortium.parties[1]?.certificate ?? '';
    await expect(
      connect(fixture.members.owner, { ...party, certificate: other }).health(),
    ).rejects.toThrowError(expect.objectContaining({ code: 'TLS_PIN_MISMATCH' }));
  });

  it('has a name when it does not answer', async () => {
    const nowhere = { ...party, control: 'https://127.0.0.1:1' };
    await expect(connect(fixture.members.owner, nowhere).health()).rejects.toThrowError(
      expect.objectContaining({
        code: 'PARTY_UNREACHABLE',
        message: 'party 1 does not answer (ECONNREFUSED)',
      }),
    );
  });
});

describe('the exchange server', () => {
  it('takes frames from parties only', async () => {
    expect(await stream(fixture.parties[1] as Identity)).toBe(200);
    await expect(stream(fixture.members.owner)).rejects.toThrowError();
    await expect(stream(await createIdentity('party 2'))).rejects.toThrowError();
  });
});
