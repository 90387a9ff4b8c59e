import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type InitOptions, initCommand } from '../../cli/consortium/init.ts';
import { type JoinOptions, joinCommand } from '../../cli/consortium/join.ts';
import type { Ask } from '../../cli/output/confirm.ts';
import { readMemberDirectory } from '../../server/identity/member-directory.ts';

let place: string;
const places: string[] = [];
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'tacit-test-'));
  places.push(place);
});
afterAll(() => Promise.all(places.map((dir) => rm(dir, { recursive: true }))));

const silent = { stdout: () => {}, stderr: () => {} };
const shared = (name: string, dir = name) => join(place, dir, `${name}.tacit.json`);

function init(name: string, options: Partial<InitOptions> = {}, dir = name): Promise<number> {
  return initCommand(join(place, dir), { name, role: ['owner'], ...options }, silent);
}

async function initParties(): Promise<string[]> {
  const names = ['carol', 'alice', 'bob'];
  for (const [i, name] of names.entries()) {
    const at = (port: number) => `https://party.example:${port + i}`;
    await init(name, { role: ['party'], control: at(7100), exchange: at(7200) });
  }
  return names.map((name) => shared(name));
}

interface Joined {
  readonly code: number;
  readonly stdout: string;
}

async function join_(
  dir: string,
  files: readonly string[],
  options: Partial<JoinOptions> = { yes: true },
  ask?: Ask,
): Promise<Joined> {
  const pieces: string[] = [];
  const output = { ...silent, stdout: (text: string) => void pieces.push(text) };
  const all = { yes: false, expect: [], ...options };
  const code = await joinCommand(join(place, dir), files, all, output, ask);
  return { code, stdout: pieces.join('') };
}

const consortium = (dir: string) => readFile(join(place, dir, 'consortium.json'), 'utf8');
const digestOf = ({ stdout }: Joined) => stdout.trimEnd().split('\n').at(-1)?.trim() ?? '';

describe('tacit init', () => {
  it('makes files that only their owner can read', async () => {
    await initParties();
    for (const name of ['identity.json', 'party.yaml', 'alice.tacit.json']) {
      expect((await stat(join(place, 'alice', name))).mode & 0o077).toBe(0);
    }
    expect(await readFile(shared('alice'), 'utf8')).not.toContain('PRIVATE');
    expect(await readFile(join(place, 'alice/party.yaml'), 'utf8')).toContain('0.0.0.0');
  });

  it('never overwrites', async () => {
    await init('north');
    const before = await readFile(join(place, 'north/identity.json'), 'utf8');
    for (const name of ['north', 'other']) {
      await expect(init(name, {}, 'north')).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining('exists already'),
      });
    }
    expect(await readFile(join(place, 'north/identity.json'), 'utf8')).toBe(before);
  });

  it.each<[string, Partial<InitOptions>, string]>([
    ['a name that is a path', { name: '../x' }, '--name'],
    ['no role', { role: [] }, '--role'],
    ['an unknown role', { role: ['king'] }, '--role[0]'],
    ['a party without address', { role: ['party'] }, '--control'],
    ['a party without TLS', { role: ['party'], control: 'http://127.0.0.1:1' }, '--control'],
    ['a party that is an owner, too', { role: ['party', 'owner'] }, '--role'],
    ['an owner with an address', { exchange: 'https://a.example' }, '--exchange'],
  ])('refuses %s', async (_what, options, named) => {
    await expect(init('x', options)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(`${named}: expected`),
    });
    await expect(stat(join(place, 'x'))).rejects.toThrow();
  });
});

describe('tacit join', () => {
  it('gives everybody the same bytes, in whatever order', async () => {
    const files = await initParties();
    await init('north');
    await init('ana', { role: ['admin', 'analyst'] });
    const all = [...files, shared('north'), shared('ana')];
    const orders = [all, all.toReversed(), [...all.slice(2), ...all.slice(0, 2)]];
    for (const [i, dir] of ['alice', 'north', 'ana'].entries()) await join_(dir, orders[i] ?? []);
    expect(await consortium('north')).toBe(await consortium('alice'));
    expect(await consortium('ana')).toBe(await consortium('alice'));
    const { consortium: read, self } = await readMemberDirectory(join(place, 'ana'));
    expect(read.parties.map(({ name }) => name)).toEqual(['alice', 'bob', 'carol']);
    expect(self).toEqual({ ...self, kind: 'member', name: 'ana', roles: ['analyst', 'admin'] });
  });

  it('adds members later, to the same bytes as at once', async () => {
    const files = await initParties();
    await init('north');
    const first = await join_('alice', files);
    await init('south');
    const second = await join_('alice', [shared('north'), shared('south')]);
    expect(digestOf(second)).not.toBe(digestOf(first));
    expect(second.stdout).toMatch(/^north: owner \(new\)$/m);
    expect(second.stdout).toMatch(/^bob: party 2$/m);
    await join_('south', [...files, shared('north')]);
    expect(await consortium('south')).toBe(await consortium('alice'));
  });

  it('makes an active consortium unless told otherwise, and keeps what it is', async () => {
    const files = await initParties();
    await init('north');
    const active = await join_('alice', files);
    expect(active.stdout).toMatch(/^consortium: active security$/m);
    const passive = await join_('bob', files, { yes: true, security: 'passive' });
    expect(passive.stdout).toMatch(/^consortium: passive security$/m);
    expect(digestOf(passive)).not.toBe(digestOf(active));
    const more = await join_('bob', [shared('north')]);
    expect(more.stdout).toMatch(/^consortium: passive security$/m);
    const changed = await join_('bob', files, { security: 'active' });
    expect(changed.stdout).toMatch(/^consortium: active security \(changed\)$/m);
    await join_('alice', [shared('north')]);
    expect(await consortium('bob')).toBe(await consortium('alice'));
  });

  it('asks, and writes nothing unless the answer is yes', async () => {
    const files = await initParties();
    for (const answer of ['no', '', 'yes please']) {
      expect((await join_('alice', files, {}, async () => answer)).code).toBe(1);
    }
    await expect(join_('alice', files, {})).rejects.toThrowError(/--expect DIGEST/);
    await expect(consortium('alice')).rejects.toThrow();
    expect((await join_('alice', files, {}, async () => 'yes')).code).toBe(0);
    // Nothing new: nobody is asked.
    expect((await join_('alice', files, {})).code).toBe(0);
  });

  it('takes the digest, or all new fingerprints, for a yes', async () => {
    const files = await initParties();
    const shown = await join_('alice', files, {}, async () => 'no');
    const digest = digestOf(shown);
    expect((await join_('alice', files, { expect: [digest.toUpperCase()] })).code).toBe(0);
    const prints = shown.stdout.match(/^ {4}[0-9a-f ]{79}$/gm)?.map((line) => line.trim()) ?? [];
    expect(prints).toHaveLength(4);
    expect((await join_('bob', files, { expect: prints.slice(0, 3) })).code).toBe(0);
    await expect(join_('carol', files, { expect: prints.slice(0, 1) })).rejects.toThrow();
    const other = `${digest.slice(0, -1)}${digest.endsWith('0') ? '1' : '0'}`;
    const stray = join_('carol', files, { yes: true, expect: [other] });
    await expect(stray).rejects.toThrowError(/nothing here has the fingerprint/);
    await expect(join_('carol', files, { expect: ['12'] })).rejects.toThrowError(/64 hex digits/);
    await expect(consortium('carol')).rejects.toThrow();
  });

  it('refuses what does not fit together, and names it', async () => {
    const files = await initParties();
    const refused = (message: string | RegExp, added: readonly string[], dir = 'alice') =>
      expect(join_(dir, added)).rejects.toThrowError(message);
    await refused(/three parties; these files name 2 \(alice, bob\)/, [shared('bob')]);
    await init('north');
    await init('north', {}, 'impostor');
    await refused(/"north" has another key already/, [
      ...files,
      shared('north'),
      shared('north', 'impostor'),
    ]);
    await init('alice', { role: ['owner'] }, 'other');
    await refused(/"alice" has another key already/, [...files, shared('alice', 'other')], 'other');
    await refused(/nowhere.tacit.json cannot be read/, [join(place, 'nowhere.tacit.json')]);
    await join_('alice', [...files, shared('north')]);
    await refused(/"north" has another key already/, [shared('north', 'impostor')]);
  });

  it('refuses a file that was changed on its way', async () => {
    const files = await initParties();
    const text = await readFile(shared('bob'), 'utf8');
    const changed: [RegExp, string, string][] = [
      [/7102/, '9999', 'signature: expected'],
      [/"party"/, '"owner"', 'control: expected nothing'],
      [/"name": "bob"/, '"name": "rob"', 'signature: expected'],
      [/"format": 1/, '"format": 2', 'format: expected'],
      [/"format"/, '"color": "red", "format"', 'unknown field "color"'],
    ];
    for (const [from, to, message] of changed) {
      await writeFile(shared('bob'), text.replace(from, to));
      await expect(join_('alice', files)).rejects.toThrowError(message);
    }
    await writeFile(shared('bob'), text);
    expect((await join_('alice', files)).code).toBe(0);
  });
});
