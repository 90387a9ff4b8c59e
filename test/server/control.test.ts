import { beforeAll, describe, expect, it } from 'vitest';
import type { TableDefinition } from '../../src/catalog/table.ts';
import { storedForm } from '../../src/catalog/table.ts';
import { encodeDefinition } from '../../src/client/definition-codec.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import { UPLOAD_BODY_BYTES_MAX } from '../../src/sharing/upload.ts';
import { encodeBlocks } from '../../src/sharing/upload-codec.ts';
import { splitBlock } from '../../src/sharing/upload-split.ts';
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
    },
  ],
  keys: [],
};
const ID = '0123456789abcdef0123456789abcdef';
const PART = { id: ID, table: 'claims', slot: 0, owner: 'owner', rows: 3 };

let fixture: Fixture;
beforeAll(async () => {
  fixture = await makeFixture(false);
});

type Control = Awaited<ReturnType<typeof makeControl>>;

async function post(
  { app }: Control,
  who: keyof Fixture['members'],
  url: string,
  payload?: object | Buffer,
) {
  const type = Buffer.isBuffer(payload) ? { 'content-type': 'application/msgpack' } : {};
  const headers = { ...claim(fixture.members[who]), ...type };
  const reply = await app.inject({ method: 'POST', url, headers, ...(payload ? { payload } : {}) });
  return { status: reply.statusCode, body: reply.body === '' ? undefined : reply.json() };
}

/** What party 0 gets of three rows. */
async function blocks(values: readonly bigint[]): Promise<Buffer> {
  const context = { crypto: nodeCrypto, ...(await loadKernels()) };
  const column = DEFINITION.columns[0];
  if (!column) throw new TypeError('one column');
  const place = { what: 'test', column: 0, block: 0, firstRow: 0 };
  const messages = splitBlock(context, storedForm(column), place, {
    values: BigInt64Array.from(values),
  });
  const first = messages[0];
  if (!first) throw new TypeError('three messages');
  return Buffer.from(encodeBlocks([first]));
}

async function define(control: Control) {
  const definition = encodeDefinition(DEFINITION);
  return post(control, 'owner', '/v1/tables', { definition, owners: ['owner'] });
}

describe('uploads', () => {
  it('make a table visible with its last part', async () => {
    const control = await makeControl(fixture);
    expect((await define(control)).status).toBe(204);
    expect((await post(control, 'owner', '/v1/parts', PART)).status).toBe(204);
    const body = await blocks([1n, -5n, 2n ** 62n]);
    expect((await post(control, 'owner', `/v1/parts/${ID}/blocks`, body)).status).toBe(204);
    expect(control.store.tables()).toEqual([]);
    const commit = await post(control, 'owner', `/v1/parts/${ID}/commit`);
    expect(commit).toEqual({ status: 200, body: { visible: true } });
    const tables = await control.app.inject({
      url: '/v1/tables',
      headers: claim(fixture.members.analyst),
    });
    expect(tables.json()).toEqual({
      tables: [
        {
          definition: encodeDefinition(DEFINITION),
          parts: [{ id: ID, owner: 'owner', rows: 3 }],
          digest: control.store.tables()[0]?.digest,
        },
      ],
    });
  });

  it('are refused with a code, and nothing is stored', async () => {
    const control = await makeControl(fixture);
    const refused = async (
      expected: string,
      ...request: [keyof Fixture['members'], string, (object | Buffer)?]
    ) => {
      const { body, status } = await post(control, ...request);
      expect(body?.error, JSON.stringify(body)).toMatchObject({ code: expected });
      expect(status).toBeGreaterThanOrEqual(400);
      return body.error.message as string;
    };
    const url = `/v1/parts/${ID}/blocks`;
    await refused('UPLOAD_INVALID', 'owner', '/v1/parts', PART);
    await define(control);
    await refused('AUTH_DENIED', 'owner', '/v1/parts', { ...PART, owner: 'somebody' });
    await refused('AUTH_DENIED', 'analyst', '/v1/parts', PART);
    await refused('AUTH_DENIED', 'admin', url, Buffer.from([0x90]));
    await refused('UPLOAD_INVALID', 'owner', url, Buffer.from([0x90]));
    await post(control, 'owner', '/v1/parts', PART);
    await refused('UPLOAD_INVALID', 'owner', url, Buffer.from([0xdd, 0xff, 0xff, 0xff, 0xff]));
    await refused('UPLOAD_INVALID', 'owner', url, Buffer.from('no msgpack'));
    await refused('REQUEST_INVALID', 'owner', url, { a: 1 });
    await refused('REQUEST_INVALID', 'owner', url, Buffer.alloc(UPLOAD_BODY_BYTES_MAX + 1));
    await refused('REQUEST_INVALID', 'owner', '/v1/parts/../blocks', Buffer.alloc(1));
    await refused('REQUEST_INVALID', 'owner', '/v1/parts', { ...PART, rows: -1 });
    await refused('REQUEST_INVALID', 'owner', '/v1/parts', { ...PART, rows: '3' });
    await refused('REQUEST_INVALID', 'owner', '/v1/tables', { definition: {}, owners: ['owner'] });
    expect(await refused('REQUEST_INVALID', 'owner', '/v1/nothing')).toContain('/v1/nothing');
    await refused('UPLOAD_INVALID', 'owner', `/v1/parts/${ID}/commit`);
    expect(control.store.tables()).toEqual([]);
    const wide = { ...DEFINITION, columns: [{ ...DEFINITION.columns[0], name: 'other' }] };
    const other = encodeDefinition(wide as TableDefinition);
    await refused('UPLOAD_CONFLICT', 'owner', '/v1/tables', {
      definition: other,
      owners: ['owner'],
    });
  });
});

describe('slots', () => {
  const other = ID.replaceAll('0', 'f');
  const owned = (owners: string[], name = 'claims') => ({
    definition: { ...encodeDefinition(DEFINITION), name },
    owners,
  });

  it('are filled by the owner that the definition lists, and once', async () => {
    const control = await makeControl(fixture);
    await post(control, 'owner', '/v1/tables', owned(['owner', 'somebody']));
    const refused = async (expected: string, url: string, body?: object) => {
      const reply = await post(control, 'owner', url, body);
      expect(reply.body?.error).toMatchObject({ code: expected });
      return reply.body.error.message as string;
    };
    await refused('UPLOAD_INVALID', '/v1/parts', { ...PART, slot: 1 });
    await refused('UPLOAD_INVALID', '/v1/parts', { ...PART, slot: 2 });
    await refused('REQUEST_INVALID', '/v1/parts', { ...PART, slot: -1 });
    await refused('REQUEST_INVALID', '/v1/parts', { ...PART, slot: undefined });
    for (const id of [ID, other]) {
      expect((await post(control, 'owner', '/v1/parts', { ...PART, id })).status).toBe(204);
      await post(control, 'owner', `/v1/parts/${id}/blocks`, await blocks([1n, 2n, 3n]));
    }
    const commit = () => post(control, 'owner', `/v1/parts/${ID}/commit`);
    expect(await commit()).toEqual({ status: 200, body: { visible: false } });
    expect(await commit()).toEqual({ status: 200, body: { visible: false } });
    const told = await refused('UPLOAD_CONFLICT', `/v1/parts/${other}/commit`);
    expect(told).toBe(
      `slot 0 of table claims (owner "owner") is published already, by upload ${ID}`,
    );
    await refused('UPLOAD_CONFLICT', '/v1/parts', PART);
    await refused('UPLOAD_CONFLICT', '/v1/parts', { ...PART, id: other });
    await refused('UPLOAD_CONFLICT', '/v1/tables', owned(['owner']));
    expect(control.store.tables()).toEqual([]);
  });

  it('are not those of an owner that is not listed', async () => {
    const control = await makeControl(fixture);
    await post(control, 'owner', '/v1/tables', owned(['somebody']));
    const begun = await post(control, 'owner', '/v1/parts', PART);
    expect(begun.body.error.message).toBe('slot 0 of table claims is not for owner "owner"');
  });

  it('take no block after the commit, and one that lacked until then', async () => {
    const control = await makeControl(fixture);
    await define(control);
    await post(control, 'owner', '/v1/parts', PART);
    const send = async () =>
      post(control, 'owner', `/v1/parts/${ID}/blocks`, await blocks([1n, 2n, 3n]));
    const commit = () => post(control, 'owner', `/v1/parts/${ID}/commit`);
    expect((await commit()).body.error.message).toContain('has not arrived');
    expect((await send()).status).toBe(204);
    expect((await commit()).status).toBe(200);
    expect((await send()).body.error.message).toContain('no upload');
  });

  it('belong to tables of the required form', async () => {
    const control = await makeControl(fixture);
    const [column] = encodeDefinition(DEFINITION).columns;
    const bad = (change: object) => ({
      ...owned(['owner']),
      definition: { name: 'claims', columns: [{ ...column, ...change }], keys: [] },
    });
    const wide = { bounds: { min: '0', max: (2n ** 63n).toString() } };
    for (const body of [bad({ name: 'a\nb' }), bad(wide), owned([' \u0000'])]) {
      const reply = await post(control, 'owner', '/v1/tables', body);
      expect(reply.body?.error, JSON.stringify(body)).toMatchObject({ code: 'UPLOAD_INVALID' });
      expect(reply.body.error.message).toMatch(/columns\[0\]\.(name|bounds)|owners\[0\]/);
    }
  });
});

describe('health', () => {
  it('answers every member and party, and nobody else', async () => {
    const { app } = await makeControl(fixture);
    const ask = (headers: Record<string, string>) => app.inject({ url: '/v1/health', headers });
    const reply = await ask(claim(fixture.members.admin));
    expect(reply.json()).toEqual({ party: 0, version: '0.0.0', security: 'passive' });
    expect((await ask({})).statusCode).toBe(403);
  });
});
