import { beforeAll, describe, expect, it } from 'vitest';
import { signerOf } from '../../server/engine/signer.ts';
import type { Identity } from '../../server/identity/certificate.ts';
import { partiesDigest } from '../../server/identity/consortium-digest.ts';
import {
  definitionDigest,
  type Purpose,
  signedMessage,
  uploadKeyDigest,
  versionDigest,
} from '../../src/catalog/digest.ts';
import { storedForm, type TableDefinition } from '../../src/catalog/table.ts';
import type { VersionProposal } from '../../src/catalog/version.ts';
import { encodeDefinition } from '../../src/client/definition-codec.ts';
import {
  decodeDefinitions,
  decodeOffer,
  decodeState,
  decodeUploads,
} from '../../src/client/publish/reply-codec.ts';
import { hex } from '../../src/crypto/hex.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { nodeKeys } from '../../src/crypto/node-keys.ts';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import { sealedBodyContext, UPLOAD_BODY_BYTES_MAX } from '../../src/sharing/upload.ts';
import { encodeBlocks } from '../../src/sharing/upload-codec.ts';
import { splitBlock } from '../../src/sharing/upload-split.ts';
import { bodyFor, freshSeeds, rootOf } from '../sharing/upload-reconstruct.ts';
import { type Fixture, makeFixture } from './consortium-fixture.ts';
import { claim, makeControl } from './control-fixture.ts';

const DEFINITION: TableDefinition = {
  name: 'claims',
  columns: [
    {
      name: 'amount',
      type: { kind: 'integer', name: 'BIGINT' },
      nullable: false,
      bounds: { min: -(2n ** 63n), max: 2n ** 63n - 1n },
      reveal: 'rows',
      multiplicity: 4,
    },
    {
      name: 'note',
      type: { kind: 'varchar' },
      nullable: true,
      bytes: 256,
      bounds: { min: 0n, max: 2n ** 2048n - 1n },
    },
  ],
  keys: [{ columns: ['amount'], multiplicity: 2 }],
};
const SHARED = { table: DEFINITION, owners: ['owner'] };
const DIGEST = definitionDigest(nodeCrypto, SHARED);
const ID = '0123456789abcdef0123456789abcdef';
const PART = { id: ID, table: 'claims', definition: DIGEST, owner: 'owner', rows: 3 };
const CONTEXT = { crypto: nodeCrypto, ...(await loadKernels()) };
/** What party 0 gets of three rows, one column after another. */
const BODIES = [
  { values: BigInt64Array.of(1n, -5n, 2n ** 62n) },
  { text: new Uint8Array([97, 98]), offsets: Uint32Array.of(0, 1, 1, 2) },
].map((block, k) => {
  const column = DEFINITION.columns[k];
  if (!column) throw new TypeError('two columns');
  const form = storedForm(column);
  const place = { what: 'test', column: k, block: 0, firstRow: 0 };
  return bodyFor(CONTEXT, form, ID, 0, splitBlock(CONTEXT, form, place, block, freshSeeds));
});
const ROOT = rootOf(ID, 3, BODIES);
const PROPOSAL: VersionProposal = {
  ...{ table: 'claims', definition: DIGEST, number: 1, base: DIGEST },
  ...{ operation: 'append', owner: 'owner' },
  parts: [{ id: ID, owner: 'owner', rows: 3, root: ROOT }],
};
const VERSION = versionDigest(nodeCrypto, PROPOSAL);

let fixture: Fixture;
beforeAll(async () => {
  fixture = await makeFixture(false);
});

type Control = Awaited<ReturnType<typeof makeControl>>;

async function send(
  { app }: Control,
  who: keyof Fixture['members'],
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  payload?: object | Buffer,
) {
  const type = Buffer.isBuffer(payload) ? { 'content-type': 'application/octet-stream' } : {};
  const headers = { ...claim(fixture.members[who]), ...type };
  const reply = await app.inject({ method, url, headers, ...(payload ? { payload } : {}) });
  return { status: reply.statusCode, text: reply.body };
}

/** The text of an answer that must be a success. */
async function done(...request: Parameters<typeof send>): Promise<string> {
  const { status, text } = await send(...request);
  expect(status, text).toBeLessThan(300);
  return text;
}

function sign(identity: Identity | undefined, purpose: Purpose, digest: string): string {
  if (!identity) throw new TypeError('an identity');
  const message = signedMessage(purpose, partiesDigest(fixture.consortium), digest);
  return hex(signerOf(identity).sign(message));
}

function byParties(purpose: Purpose): string[] {
  return fixture.parties.map((party) => sign(party, purpose, VERSION));
}

const ownerSignature = () => sign(fixture.members.owner, 'tacit/proposal', VERSION);

async function define(control: Control, owners: readonly string[] = SHARED.owners) {
  const body = { definition: encodeDefinition(DEFINITION), owners };
  await done(control, 'owner', 'POST', '/v1/definitions', body);
}

async function accept(control: Control) {
  const signature = sign(fixture.members.owner, 'tacit/definition', DIGEST);
  const body = { table: 'claims', digest: DIGEST, signature };
  await done(control, 'owner', 'POST', '/v1/acceptances', body);
}

/** Sends {@link BODIES}, sealed to the key that party 0 offers. */
async function upload(control: Control): Promise<void> {
  const offer = decodeOffer(await done(control, 'owner', 'POST', '/v1/parts', PART));
  for (const [sequence, body] of BODIES.entries()) {
    const bytes = encodeBlocks(body);
    const sealed = nodeKeys.seal(offer.publicKey, bytes, sealedBodyContext(ID, 0, sequence));
    const url = `/v1/parts/${ID}/blocks?sequence=${sequence}`;
    await done(control, 'owner', 'POST', url, Buffer.from(sealed));
  }
}

describe('definitions, uploads and versions', () => {
  it('make a version usable that all parties signed', async () => {
    const control = await makeControl(fixture);
    await define(control);
    await accept(control);
    const listed = await done(control, 'analyst', 'GET', '/v1/definitions?table=CLAIMS');
    const signature = sign(fixture.members.owner, 'tacit/definition', DIGEST);
    expect(decodeDefinitions(listed)).toEqual([
      { definition: SHARED, digest: DIGEST, accepted: [{ owner: 'owner', signature }] },
    ]);
    await upload(control);
    await done(control, 'owner', 'POST', `/v1/parts/${ID}/commit`, {});
    const uploads = decodeUploads(await done(control, 'owner', 'GET', '/v1/parts?table=claims'));
    expect(uploads).toEqual([
      { ...PART, held: 2, committed: true, promised: 0, root: ROOT, extra: null },
    ]);
    const signed = { proposal: PROPOSAL, ownerSignature: ownerSignature() };
    const ready = JSON.parse(await done(control, 'admin', 'POST', '/v1/versions/propose', signed));
    expect(ready).toEqual({ signature: byParties('tacit/ready')[0] });
    const pending = { ...signed, ready: byParties('tacit/ready'), signatures: [] };
    const own = JSON.parse(await done(control, 'owner', 'POST', '/v1/versions/sign', pending));
    const [first = ''] = byParties('tacit/version');
    expect(own).toEqual({ signature: first });
    expect(control.store.tables()).toEqual([]);
    const state = async () =>
      decodeState(await done(control, 'owner', 'GET', '/v1/versions?table=claims'));
    const unfinished = { ...pending, signatures: [first] };
    expect(await state()).toEqual({ head: undefined, pending: unfinished });
    const certificate = { ...signed, signatures: byParties('tacit/version') };
    await done(control, 'owner', 'POST', '/v1/versions', certificate);
    await done(control, 'owner', 'POST', '/v1/versions', certificate);
    expect(await state()).toEqual({ head: certificate, pending: undefined });
    const tables = JSON.parse(await done(control, 'analyst', 'GET', '/v1/tables'));
    expect(tables).toEqual({
      tables: [
        {
          definition: encodeDefinition(DEFINITION),
          ...{ parts: PROPOSAL.parts, digest: VERSION, number: 1 },
        },
      ],
    });
  });

  it('are refused with a code, and nothing is stored', async () => {
    const control = await makeControl(fixture);
    const refused = async (code: string, ...request: Parameters<typeof send>) => {
      const { status, text } = await send(...request);
      expect(JSON.parse(text).error, text).toMatchObject({ code });
      expect(status).toBeGreaterThanOrEqual(400);
      return JSON.parse(text).error.message as string;
    };
    const post = (code: string, who: keyof Fixture['members'], url: string, body?: object) =>
      refused(code, control, who, 'POST', url, body);
    const url = `/v1/parts/${ID}/blocks`;
    const first = `${url}?sequence=0`;
    await post('UPLOAD_INVALID', 'owner', '/v1/parts', PART);
    await define(control);
    expect(await post('UPLOAD_INVALID', 'owner', '/v1/parts', PART)).toMatch(/has accepted/);
    const forged = { table: 'claims', digest: DIGEST, signature: 'ab'.repeat(64) };
    await post('AUTH_DENIED', 'owner', '/v1/acceptances', forged);
    await post('AUTH_DENIED', 'analyst', '/v1/acceptances', forged);
    await post('REQUEST_INVALID', 'owner', '/v1/acceptances', { ...forged, signature: 'ab' });
    await accept(control);
    await post('AUTH_DENIED', 'owner', '/v1/parts', { ...PART, owner: 'somebody' });
    await post('AUTH_DENIED', 'analyst', '/v1/parts', PART);
    await post('UPLOAD_CONFLICT', 'owner', '/v1/parts', { ...PART, definition: '0'.repeat(64) });
    await post('AUTH_DENIED', 'admin', first, Buffer.from([0x90]));
    await post('UPLOAD_INVALID', 'owner', first, Buffer.from([0x90]));
    await done(control, 'owner', 'POST', '/v1/parts', PART);
    for (const body of [Buffer.from([0x90]), Buffer.alloc(48), Buffer.alloc(1000, 7)]) {
      expect(await post('UPLOAD_INVALID', 'owner', first, body)).toMatch(/not sealed to this/);
    }
    await post('UPLOAD_INVALID', 'owner', `${url}?sequence=1`, Buffer.alloc(48));
    await post('REQUEST_INVALID', 'owner', url, Buffer.alloc(48));
    await post('REQUEST_INVALID', 'owner', `${url}?sequence=x`, Buffer.alloc(48));
    await post('REQUEST_INVALID', 'owner', first, { a: 1 });
    const long = Buffer.alloc(UPLOAD_BODY_BYTES_MAX + 49);
    await post('REQUEST_INVALID', 'owner', first, long);
    await post('REQUEST_INVALID', 'owner', '/v1/parts/../blocks', Buffer.alloc(1));
    await post('REQUEST_INVALID', 'owner', '/v1/parts', { ...PART, rows: -1 });
    await post('REQUEST_INVALID', 'owner', '/v1/parts', { ...PART, rows: '3' });
    const empty = { definition: {}, owners: ['owner'] };
    await post('REQUEST_INVALID', 'owner', '/v1/definitions', empty);
    expect(await post('REQUEST_INVALID', 'owner', '/v1/nothing')).toContain('/v1/nothing');
    await post('UPLOAD_INVALID', 'owner', `/v1/parts/${ID}/commit`, {});
    const signed = { proposal: PROPOSAL, ownerSignature: ownerSignature() };
    expect(await post('UPLOAD_INVALID', 'owner', '/v1/versions/propose', signed)).toMatch(
      /not committed here/,
    );
    const { parts, ...proposed } = PROPOSAL;
    const rootless = { ...proposed, parts: parts.map(({ root, ...part }) => part) };
    expect(ROOT).toHaveLength(64);
    const incomplete = { ...signed, proposal: rootless };
    await post('REQUEST_INVALID', 'owner', '/v1/versions/propose', incomplete);
    await post('AUTH_DENIED', 'analyst', '/v1/versions/propose', signed);
    const unsigned = { ...signed, ownerSignature: 'ab'.repeat(64) };
    await post('AUTH_DENIED', 'owner', '/v1/versions/propose', unsigned);
    const pending = { ...signed, ready: byParties('tacit/version'), signatures: [] };
    await post('AUTH_DENIED', 'owner', '/v1/versions/sign', pending);
    const certificate = { ...signed, signatures: byParties('tacit/ready') };
    await post('AUTH_DENIED', 'owner', '/v1/versions', certificate);
    expect(control.store.tables()).toEqual([]);
    const [amount] = DEFINITION.columns;
    const other = { ...DEFINITION, columns: amount ? [amount] : [], keys: [] };
    await post('UPLOAD_CONFLICT', 'owner', '/v1/definitions', {
      ...{ definition: encodeDefinition(other), owners: ['owner'] },
    });
    await done(control, 'owner', 'DELETE', `/v1/parts/${ID}`);
    await refused('UPLOAD_INVALID', control, 'owner', 'DELETE', `/v1/parts/${ID}`);
    expect(control.store.uploads()).toEqual([]);
  });

  it('name owners of the consortium and have the required form', async () => {
    const control = await makeControl(fixture);
    const [column] = encodeDefinition(DEFINITION).columns;
    const bad = (change: object) => ({
      definition: { name: 'claims', columns: [{ ...column, ...change }], keys: [] },
      owners: ['owner'],
    });
    const wide = { bounds: { min: '0', max: (2n ** 63n).toString() } };
    const good = { definition: encodeDefinition(DEFINITION) };
    for (const [body, field] of [
      [bad({ name: 'a\nb' }), /columns\[0\]\.name/],
      [bad(wide), /columns\[0\]\.bounds/],
      [{ ...good, owners: ['owner', 'owner'] }, /owners\[1\]/],
      [{ ...good, owners: ['analyst'] }, /no member "analyst" with the role owner/],
    ] as const) {
      const { text } = await send(control, 'owner', 'POST', '/v1/definitions', body);
      expect(JSON.parse(text).error, text).toMatchObject({ code: 'UPLOAD_INVALID' });
      expect(JSON.parse(text).error.message).toMatch(field);
    }
  });

  it('go on where they stopped, with a key that the party signed', async () => {
    const control = await makeControl(fixture);
    await define(control);
    await accept(control);
    const begin = async () => decodeOffer(await done(control, 'owner', 'POST', '/v1/parts', PART));
    const offers = [await begin(), await begin()];
    await upload(control);
    offers.push(await begin());
    expect(offers.map(({ held }) => held)).toEqual([0, 0, 2]);
    expect(new Set(offers.map(({ publicKey }) => hex(publicKey))).size).toBe(3);
    for (const { publicKey, signature } of offers) {
      const digest = uploadKeyDigest(nodeCrypto, ID, 0, publicKey);
      expect(signature).toBe(sign(fixture.parties[0], 'tacit/upload-key', digest));
    }
  });
});

describe('health', () => {
  it('answers every member and party, and nobody else', async () => {
    const { app } = await makeControl(fixture);
    const ask = (headers: Record<string, string>) => app.inject({ url: '/v1/health', headers });
    const reply = await ask(claim(fixture.members.admin));
    expect(reply.json()).toEqual({ party: 0, version: '0.0.0', security: 'active' });
    expect((await ask({})).statusCode).toBe(403);
  });
});
