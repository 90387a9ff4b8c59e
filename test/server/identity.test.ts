import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine } from '../../server/engine/create-engine.ts';
import { certificateBytes } from '../../server/identity/certificate.ts';
import { addressOf, Pins, parseConsortium } from '../../server/identity/consortium.ts';
import { consortiumDigest } from '../../server/identity/consortium-digest.ts';
import { createIdentity } from '../../server/identity/create-identity.ts';
import { mergeConsortium } from '../../server/identity/merge-consortium.ts';
import {
  parseSettings,
  readPartyDirectory,
  writePartyDirectory,
} from '../../server/identity/party-directory.ts';
import { pinConsortium } from '../../src/audit/pinned-consortium.ts';
import { hex } from '../../src/crypto/hex.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { directPlanner } from '../../src/engine/planner.ts';
import { type Fixture, makeFixture } from './consortium-fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await makeFixture();
});

/** A copy of the consortium as JSON with one value replaced. */
function altered(path: readonly (string | number)[], value: unknown): string {
  const copy: unknown = JSON.parse(JSON.stringify(fixture.consortium));
  let target = copy;
  for (const step of path.slice(0, -1)) target = Reflect.get(target as object, step);
  Reflect.set(target as object, path.at(-1) as string, value);
  return JSON.stringify(copy);
}

describe('certificates', () => {
  it('are self-signed Ed25519 and never the same twice', async () => {
    const [a, b] = await Promise.all([createIdentity('x'), createIdentity('x')]);
    const certificate = new X509Certificate(a.certificate);
    expect(certificate.publicKey.asymmetricKeyType).toBe('ed25519');
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.subject).not.toBe(new X509Certificate(b.certificate).subject);
  });
});

describe('consortium.json', () => {
  it('reads back what was written', () => {
    expect(parseConsortium(JSON.stringify(fixture.consortium))).toEqual(fixture.consortium);
  });

  it.each<[string, (string | number)[], unknown, string]>([
    ['a format of tomorrow', ['format'], 2, 'consortium.json: format'],
    ['no tls', ['tls'], undefined, 'consortium.json: tls'],
    ['a member without name', ['members', 1, 'name'], '', 'consortium.json: members[1].name'],
    ['an unknown role', ['members', 0, 'roles', 0], 'king', 'members[0].roles[0]'],
    ['a wrong place', ['parties', 1, 'index'], 2, 'parties[1].index'],
    ['no address', ['parties', 0, 'control'], 'example', 'parties[0].control'],
    ['plain HTTP', ['parties', 0, 'exchange'], 'http://127.0.0.1:1', 'parties[0].exchange'],
    ['no certificate', ['parties', 2, 'certificate'], 'PEM', 'parties[2].certificate'],
    ['another key', ['parties', 2, 'identityKey'], 'AAAA', 'parties[2].identityKey'],
    ['an unknown field', ['parties', 2, 'color'], 'red', 'parties[2]: unknown field "color"'],
    ['no list', ['members'], {}, 'consortium.json: members'],
  ])('refuses %s and names the field', (_what, path, value, named) => {
    expect(() => parseConsortium(altered(path, value))).toThrowError(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining(named) as string,
      }),
    );
  });

  it('refuses equal certificates, other sizes, and text that is not JSON', () => {
    const first = fixture.consortium.members[0]?.certificate;
    const invalid = expect.objectContaining({ code: 'CONFIG_INVALID' });
    expect(() => parseConsortium(altered(['members', 1, 'certificate'], first))).toThrowError(
      invalid,
    );
    expect(() => parseConsortium('{')).toThrowError(invalid);
    const party = fixture.consortium.parties[2]?.certificate;
    expect(() => parseConsortium(altered(['members', 1, 'certificate'], party))).toThrowError(
      /members: expected certificates that nobody else has/,
    );
    const four = [...fixture.consortium.parties, fixture.consortium.parties[0]];
    const other = expect.objectContaining({ code: 'SUITE_NOT_BUILT' });
    expect(() => parseConsortium(altered(['threshold'], 2))).toThrowError(other);
    four[3] = { ...(four[3] as (typeof four)[0] & object), index: 3 };
    expect(() => parseConsortium(altered(['parties'], four))).toThrowError(other);
  });

  it('is active unless it says otherwise, which is part of its digest', () => {
    const digest = (json: string) => hex(consortiumDigest(parseConsortium(json)));
    const { security, ...before } = fixture.consortium;
    expect(security).toBe('active');
    expect(parseConsortium(JSON.stringify(before)).security).toBe('active');
    const passive = altered(['security'], 'passive');
    expect(parseConsortium(passive).security).toBe('passive');
    expect(digest(JSON.stringify(before))).toBe(digest(JSON.stringify(fixture.consortium)));
    expect(digest(passive)).not.toBe(digest(JSON.stringify(before)));
    expect(() => parseConsortium(altered(['security'], 'both'))).toThrowError(
      /security: expected one of active, passive/,
    );
  });

  it('may say how many rows a join has at most, which auditors read alike', () => {
    const limited = altered(['limits'], { joinRows: 1000 });
    const consortium = parseConsortium(limited);
    expect(consortium.limits).toEqual({ joinRows: 1000 });
    const pinned = pinConsortium(nodeCrypto, limited);
    expect(pinned.limits).toEqual({ joinRows: 1000 });
    expect(pinned.digest).toBe(hex(consortiumDigest(consortium)));
    expect(pinned.digest).not.toBe(hex(consortiumDigest(fixture.consortium)));
    expect(mergeConsortium(consortium, []).consortium.limits).toEqual({ joinRows: 1000 });
    for (const wrong of [{ joinRows: 0 }, { joinRows: 2 ** 25 }, { rows: 5 }, {}, 7]) {
      expect(() => parseConsortium(altered(['limits'], wrong))).toThrowError(/limits/);
      expect(() => pinConsortium(nodeCrypto, altered(['limits'], wrong))).toThrowError(/limits/);
    }
  });

  it('allows plain HTTP on loopback only', async () => {
    const plain = (await makeFixture(false)).consortium;
    expect(parseConsortium(JSON.stringify(plain)).tls).toBe(false);
    const remote = { ...plain.parties[0], control: 'http://192.0.2.1:1' };
    const json = JSON.stringify({ ...plain, parties: [remote, ...plain.parties.slice(1)] });
    expect(() => parseConsortium(json)).toThrowError(/loopback/);
  });
});

describe('Pins', () => {
  it('know principals by the exact bytes of their certificate', () => {
    const pins = new Pins(fixture.consortium);
    const raw = certificateBytes(fixture.members.analyst.certificate);
    expect(pins.find(raw)).toMatchObject({ kind: 'member', name: 'analyst', roles: ['analyst'] });
    const other = Buffer.from(raw);
    other[other.length - 1] = (other.at(-1) as number) ^ 1;
    expect(pins.find(other)).toBeUndefined();
    const party = certificateBytes(fixture.parties[2]?.certificate ?? '');
    expect(pins.find(party)).toEqual({ kind: 'party', index: 2, name: 'party 3' });
  });
});

describe('addressOf', () => {
  it('knows usual ports and IPv6', () => {
    expect(addressOf('https://a.example')).toEqual({ host: 'a.example', port: 443 });
    expect(addressOf('http://[::1]:7100')).toEqual({ host: '::1', port: 7100 });
  });
});

describe('a party directory', () => {
  let dir: string;
  const listen = { host: '127.0.0.1', port: 7100 };
  const settings = { control: listen, exchange: listen, log: 'warn', silenceSeconds: 9 } as const;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'tacit-test-'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  it('is found again, with the key readable by its owner only', async () => {
    const identity = fixture.parties[1];
    if (!identity) throw new TypeError('three parties');
    await writePartyDirectory(dir, settings, identity, fixture.consortium);
    const read = await readPartyDirectory(dir);
    expect(read).toMatchObject({ self: 1, identity, settings, consortium: fixture.consortium });
    expect((await stat(join(dir, 'identity.json'))).mode & 0o077).toBe(0);
  });

  it('names what is wrong and never quotes the key', async () => {
    await writeFile(join(dir, 'party.yaml'), 'control: { host: h, port: 99999 }');
    await expect(readPartyDirectory(dir)).rejects.toThrowError('party.yaml: control.port');
    await writePartyDirectory(dir, settings, fixture.members.owner, fixture.consortium);
    await expect(readPartyDirectory(dir)).rejects.toThrowError(/no party has the certificate/);
    const secret = JSON.parse(await readFile(join(dir, 'identity.json'), 'utf8')).privateKey;
    await writeFile(join(dir, 'identity.json'), JSON.stringify({ privateKey: [secret] }));
    await expect(readPartyDirectory(dir)).rejects.toThrowError(
      expect.not.objectContaining({ message: expect.stringContaining(secret.slice(40, 60)) }),
    );
    await expect(readPartyDirectory(join(dir, 'nowhere'))).rejects.toThrowError(/party.yaml/);
  });

  it('listens on loopback only without TLS, and so do its peers', async () => {
    const { consortium, parties } = await makeFixture(false);
    const [identity] = parties;
    if (!identity) throw new TypeError('three parties');
    const own = consortium.parties.map((party) => party.exchange);
    for (const host of ['127.0.0.1', '::1', '0.0.0.0', 'localhost', '192.0.2.1']) {
      for (const name of ['control', 'exchange'] as const) {
        const changed = { ...settings, [name]: { host, port: 7100 } };
        await writePartyDirectory(dir, changed, identity, consortium);
        const read = readPartyDirectory(dir);
        if (host === '127.0.0.1' || host === '::1') await read;
        else
          await expect(read).rejects.toThrowError(`party.yaml: ${name}.host: expected 127.0.0.1`);
      }
    }
    await writePartyDirectory(dir, settings, identity, consortium);
    const directory = await readPartyDirectory(dir);
    const planner = directPlanner(nodeCrypto);
    for (const bad of [
      'http://192.0.2.1:7201',
      'http://localhost:7201',
      'https://127.0.0.1:1',
      '',
    ]) {
      await expect(createEngine(directory, own.with(1, bad), planner)).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining('the exchange address of party 2: expected'),
      });
    }
    await expect(createEngine(directory, own.slice(0, 2), planner)).rejects.toThrowError(/party 3/);
  });

  it('may say how many queries it serves and where shares are', async () => {
    const identity = fixture.parties[0];
    if (!identity) throw new TypeError('three parties');
    const queries = { running: 2, queued: 0, timeoutSeconds: 60 };
    const storage = { path: 'shares/here' };
    const written = { ...settings, queries, storage };
    await writePartyDirectory(dir, written, identity, fixture.consortium);
    const read = await readPartyDirectory(dir);
    expect(read.settings.queries).toEqual(queries);
    expect(read.data).toBe(join(dir, 'shares/here'));
    expect((await stat(read.data)).mode & 0o077).toBe(0);
    const listens = 'control: { host: h, port: 1 }\nexchange: { host: h, port: 2 }\n';
    for (const [yaml, named] of [
      ['queries: { running: 0 }', 'queries.running'],
      ['queries: { waiting: 1 }', 'unknown field "waiting"'],
      ['queries: { timeoutSeconds: 1.5 }', 'queries.timeoutSeconds'],
      ['storage: { path: "" }', 'storage.path'],
      ['storage: { freeBytesMin: -1 }', 'storage.freeBytesMin'],
    ] as const) {
      expect(() => parseSettings(listens + yaml)).toThrowError(named);
    }
  });

  it('has defaults', () => {
    const yaml = 'control: { host: h, port: 1 }\nexchange: { host: h, port: 2 }';
    expect(parseSettings(yaml).log).toBe('info');
    expect(() => parseSettings('[')).toThrowError(/not YAML/);
  });
});
