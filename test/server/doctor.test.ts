import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { doctorRoutes } from '../../server/control/doctor-routes.ts';
import { authenticator } from '../../server/control/principal.ts';
import { buildExchangeServer } from '../../server/exchange/app.ts';
import { measureLink } from '../../server/exchange/measure-link.ts';
import { PROBE_BYTES_MAX, PROBE_TYPE } from '../../server/exchange/probe-route.ts';
import { addressOf, Pins } from '../../server/identity/consortium.ts';
import type { PartyDirectory } from '../../server/identity/party-directory.ts';
import { parseSettings } from '../../server/identity/party-directory.ts';
import { clientTls, serverTls } from '../../server/identity/tls.ts';
import { listen } from '../../server/listen.ts';
import { type Fixture, makeFixture } from './consortium-fixture.ts';
import { claim, makeControl } from './control-fixture.ts';

const HOST = '127.0.0.1';
const log = pino({ level: 'silent' });
let plain: Fixture;
let secure: Fixture;
let data: string;
beforeAll(async () => {
  [plain, secure] = await Promise.all([makeFixture(false), makeFixture()]);
  data = await mkdtemp(`${tmpdir()}/tacit-test-`);
});
afterAll(() => rm(data, { recursive: true }));

/** Party 1's directory of a fixture. */
function directoryOf({ consortium, parties }: Fixture): PartyDirectory {
  const yaml = 'control: { host: h, port: 1 }\nexchange: { host: h, port: 2 }';
  const [identity] = parties;
  if (!identity) throw new TypeError('three parties');
  return { settings: parseSettings(yaml), identity, consortium, self: 0, data };
}

/** An exchange server of party 2 that really listens; its address. */
async function exchangeOfParty2({ consortium, parties }: Fixture) {
  const [first, second, third] = parties;
  if (!first || !second || !third) throw new TypeError('three parties');
  const app = buildExchangeServer({
    authenticate: authenticator(new Pins(consortium), true),
    accept: () => Promise.resolve(),
    log,
    https: serverTls(second, [first.certificate, third.certificate]),
  });
  const port = await listen(app, { host: HOST, port: 0 });
  return { app, address: { host: HOST, port } };
}

describe('a party', () => {
  it('tells members and parties its state', async () => {
    const { app } = await makeControl(plain);
    const directory = directoryOf(plain);
    const authenticate = authenticator(new Pins(plain.consortium), false);
    doctorRoutes(app, { directory, version: '1.2.3', authenticate, exchange: () => [] });
    const before = Date.now();
    for (const identity of [plain.members.owner, plain.parties[2]]) {
      if (!identity) throw new TypeError('an identity');
      const { body, statusCode } = await app.inject({
        url: '/v1/doctor',
        headers: claim(identity),
      });
      expect(statusCode, body).toBe(200);
      const vitals = JSON.parse(body);
      expect(vitals).toMatchObject({ party: 0, name: 'party 1', version: '1.2.3' });
      expect(vitals.clock).toBeGreaterThanOrEqual(before);
      expect(vitals.freeBytes).toBeGreaterThan(0);
    }
    for (const url of ['/v1/doctor', '/v1/doctor/peers', '/v1/probe']) {
      const method = url === '/v1/doctor' ? 'GET' : 'POST';
      expect((await app.inject({ method, url })).statusCode, url).toBe(403);
    }
  });

  it('says of each peer what it measured, or why it could not, one request at a time', async () => {
    const { address, app: peer } = await exchangeOfParty2(secure);
    // A listener that accepts and closes is no party.
    const other = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => other.listen(0, HOST, resolve));
    const at = other.address();
    const port = typeof at === 'object' && at !== null ? at.port : 0;
    const { app } = await makeControl(plain);
    const exchange = ['', `https://${HOST}:${address.port}`, `https://${HOST}:${port}`];
    doctorRoutes(app, {
      ...{ directory: directoryOf(secure), version: '1', exchange: () => exchange },
      authenticate: authenticator(new Pins(plain.consortium), false),
    });
    const headers = claim(plain.members.analyst);
    const ask = () => app.inject({ method: 'POST', url: '/v1/doctor/peers', headers });
    const [first, second] = await Promise.all([ask(), ask()]);
    expect(second.json()).toMatchObject({ error: { code: 'PARTY_BUSY' } });
    const { peers } = first.json();
    expect(peers).toMatchObject([
      { party: 1, roundTripSeconds: expect.any(Number), bytesPerSecond: expect.any(Number) },
      { party: 2, error: { code: 'PARTY_UNREACHABLE' } },
    ]);
    expect(peers[0].roundTripSeconds).toBeLessThan(1);
    expect(peers[0].bytesPerSecond).toBeGreaterThan(1e5);
    expect((await ask()).statusCode).toBe(200);
    await peer.close();
    other.close();
  });
});

describe('the probe', () => {
  it('takes bounded bodies of its own type only', async () => {
    const { app } = await makeControl(plain);
    const authenticate = authenticator(new Pins(plain.consortium), false);
    const directory = directoryOf(plain);
    doctorRoutes(app, { directory, version: '1', authenticate, exchange: () => [] });
    const post = (payload: Buffer, type = PROBE_TYPE) => {
      const headers = { ...claim(plain.members.owner), 'content-type': type };
      return app.inject({ method: 'POST', url: '/v1/probe', headers, payload });
    };
    expect((await post(Buffer.alloc(1000))).json()).toEqual({ bytes: 1000 });
    const most = await post(Buffer.alloc(PROBE_BYTES_MAX));
    expect(most.json()).toEqual({ bytes: PROBE_BYTES_MAX });
    for (const refused of [post(Buffer.alloc(PROBE_BYTES_MAX + 1)), post(Buffer.alloc(1), 'a/b')]) {
      expect((await refused).json()).toMatchObject({ error: { code: 'REQUEST_INVALID' } });
    }
  });

  it('fails at a peer with another certificate than the pinned one', async () => {
    const { address, app } = await exchangeOfParty2(secure);
    const [first, , third] = secure.parties;
    if (!first || !third) throw new TypeError('three parties');
    const tls = clientTls(first, third.certificate);
    await expect(measureLink({ ...address, tls }, {})).rejects.toMatchObject({
      code: 'TLS_PIN_MISMATCH',
    });
    const own = clientTls(secure.members.owner, secure.parties[1]?.certificate ?? '');
    await expect(measureLink({ ...address, tls: own }, {})).rejects.toMatchObject({
      code: 'PARTY_UNREACHABLE',
    });
    await app.close();
    await expect(
      measureLink({ ...addressOf('https://127.0.0.1:1'), tls }, {}),
    ).rejects.toThrowError('does not answer (ECONNREFUSED)');
  });
});
