import { beforeAll, describe, expect, it } from 'vitest';
import { newestCommon } from '../../src/catalog/version.ts';
import type { OwnerSession } from '../../src/client/publish/owner-session.ts';
import type { PartyUploads } from '../../src/client/publish/party-uploads.ts';
import { dropRows, publishRows } from '../../src/client/publish/publisher.ts';
import { MemoryJournal } from '../../src/client/publish/upload-journal.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import type { UploadContext } from '../../src/sharing/upload.ts';
import { MemoryStore } from '../../src/storage/memory-store.ts';
import {
  type Desks,
  defineInProcess,
  desksOf,
  publishable,
  sessionOf,
  sharedDefinition,
} from '../oracle/publish.ts';
import { type OwnedRows, randomTable, type TestTable } from '../oracle/tables.ts';
import { clearRows, reconstruct, rowsOf } from './published-rows.ts';

let context: UploadContext;
beforeAll(async () => {
  context = { crypto: nodeCrypto, ...(await loadKernels()) };
});

interface Setup {
  readonly table: TestTable;
  readonly stores: readonly MemoryStore[];
  readonly desks: readonly Desks[];
}

/** A table that both owners have accepted, at three parties. */
async function setup(seed: number): Promise<Setup> {
  const table = randomTable(seed, { rows: 40, owners: 2 });
  const stores = [0, 1, 2].map(() => new MemoryStore(nodeCrypto));
  const definition = sharedDefinition(table);
  await defineInProcess(context, definition, stores);
  return { table, stores, desks: desksOf(context, stores, definition.owners) };
}

function part({ table }: Setup, k: number): OwnedRows {
  const found = table.parts[k];
  if (!found) throw new TypeError('two parts');
  return found;
}

function append(
  session: OwnerSession,
  rows: OwnedRows,
  operation: 'append' | 'replace' = 'append',
) {
  return publishRows(session, context, { table: 't', operation, part: publishable(rows) });
}

const gone = () => Promise.reject(new TacitError('PARTY_UNREACHABLE', 'a party is gone'));

/** Owners of the newest version at each party, and its number. */
function heads({ stores }: Setup): string[] {
  return stores.map((store) => {
    const [head] = store.tables();
    return `${head?.number} ${head?.parts.map(({ owner }) => owner).join()}`;
  });
}

const CALLS = ['begin', 'blocks', 'commit', 'propose', 'sign', 'certify'] as const;

describe('a publication that is interrupted', () => {
  it('is finished by the same call, at whatever call to whatever party, and counts once', async () => {
    for (const call of CALLS) {
      for (const victim of [0, 1, 2]) {
        for (const isMade of [false, true]) {
          const made = await setup(9);
          const rows = part(made, 0);
          const around = (inner: PartyUploads, party: number): PartyUploads => {
            if (party !== victim) return inner;
            const original = inner[call] as (...args: unknown[]) => Promise<unknown>;
            const failing = async (...args: unknown[]) => {
              if (isMade) await original(...args);
              return gone();
            };
            return { ...inner, [call]: failing };
          };
          const hint = `${call} at party ${victim}, ${isMade ? 'answer' : 'request'} lost`;
          const failing = sessionOf(rows.owner, made.desks, around);
          await expect(append(failing, rows), hint).rejects.toMatchObject({
            code: 'PARTY_UNREACHABLE',
          });
          const session = sessionOf(rows.owner, made.desks);
          await append(session, rows);
          expect(heads(made), hint).toEqual(new Array(3).fill('1 owner 0'));
          await append(sessionOf('owner 1', made.desks), part(made, 1));
          expect(rowsOf(reconstruct(made.stores)), hint).toEqual(clearRows(made.table));
        }
      }
    }
  });

  it('is finished by whoever comes next once a party has signed it', async () => {
    for (const [call, victim] of [
      ['sign', 1],
      ['sign', 2],
      ['certify', 0],
      ['certify', 2],
    ] as const) {
      const made = await setup(10);
      const around = (inner: PartyUploads, party: number): PartyUploads =>
        party === victim ? { ...inner, [call]: gone } : inner;
      const first = sessionOf('owner 0', made.desks, around);
      await expect(append(first, part(made, 0))).rejects.toThrow(/gone/);
      const lists = made.stores.map((store) =>
        store.tables().map(({ definition, digest, number }) => {
          return { table: definition.name, digest, number };
        }),
      );
      // Not usable at all parties: nobody's query sees it.
      expect(newestCommon(lists, 't')).toBeUndefined();
      await append(sessionOf('owner 1', made.desks), part(made, 1));
      expect(heads(made)).toEqual(new Array(3).fill('2 owner 0,owner 1'));
      expect(rowsOf(reconstruct(made.stores))).toEqual(clearRows(made.table));
      await append(sessionOf('owner 0', made.desks), part(made, 0));
      expect(heads(made)).toEqual(new Array(3).fill('2 owner 0,owner 1'));
    }
  });

  it("that no party has signed stands in nobody's way", async () => {
    const made = await setup(11);
    const around = (inner: PartyUploads): PartyUploads => ({ ...inner, sign: gone });
    const first = sessionOf('owner 0', made.desks, around);
    await expect(append(first, part(made, 0))).rejects.toThrow(/gone/);
    await append(sessionOf('owner 1', made.desks), part(made, 1));
    expect(heads(made)).toEqual(new Array(3).fill('1 owner 1'));
    await append(sessionOf('owner 0', made.desks), part(made, 0));
    expect(heads(made)).toEqual(new Array(3).fill('2 owner 1,owner 0'));
  });
});

describe('rows that have changed since the call before', () => {
  it('are not added beside those that are published already', async () => {
    const made = await setup(12);
    const journal = new MemoryJournal();
    const lost = (inner: PartyUploads, party: number): PartyUploads => ({
      ...inner,
      certify: async (certificate) => {
        await inner.certify(certificate);
        return party === 2 ? gone() : undefined;
      },
    });
    const publish = (rows: OwnedRows, around?: typeof lost) => {
      const session = sessionOf('owner 0', made.desks, around);
      const publication = { table: 't', operation: 'append', part: publishable(rows) } as const;
      return publishRows(session, context, { ...publication, journal });
    };
    const rows = part(made, 0);
    await expect(publish(rows, lost)).rejects.toThrow(/gone/);
    const other = part(await setup(13), 0);
    await expect(publish({ ...other, owner: 'owner 0' })).rejects.toMatchObject({
      code: 'UPLOAD_CONFLICT',
      message: expect.stringContaining('in table t already'),
    });
    expect(heads(made)).toEqual(new Array(3).fill('1 owner 0'));
    await publish(rows);
    expect(heads(made)).toEqual(new Array(3).fill('2 owner 0,owner 0'));
  });
});

describe('owners who publish at once', () => {
  it('all succeed, one after another, and lists always have a version in common', async () => {
    for (let seed = 0; seed < 4; seed++) {
      const made = await setup(20 + seed);
      // Every call to a party takes a while of its own, so that the calls of the owners interleave.
      let turn = seed;
      const slow = (inner: PartyUploads): PartyUploads => {
        const delayed = Object.entries(inner).map(([name, call]) => [
          name,
          async (...args: unknown[]) => {
            turn = (Math.imul(turn, 1103515245) + 12345) >>> 0;
            await new Promise((resolve) => setTimeout(resolve, (turn >>> 16) % 3));
            return (call as (...args: unknown[]) => Promise<unknown>)(...args);
          },
        ]);
        return Object.fromEntries(delayed) as PartyUploads;
      };
      const owners = [0, 1].map((k) => sessionOf(`owner ${k}`, made.desks, slow));
      const publications = owners.flatMap((session, k) => {
        const rows = part(made, k);
        return [append(session, { ...rows }), append(session, { ...rows })];
      });
      const versions = await Promise.all(publications);
      expect(versions.map(({ number }) => number).sort()).toEqual([1, 2, 3, 4]);
      const digests = made.stores.map((store) => store.tables()[0]?.digest);
      expect(new Set(digests).size).toBe(1);
      expect(made.stores[0]?.tables()[0]?.parts).toHaveLength(4);
    }
  });
});

describe('replace and drop', () => {
  it('change the own rows only, and keep the version before', async () => {
    const made = await setup(30);
    const [a, b] = [0, 1].map((k) => sessionOf(`owner ${k}`, made.desks));
    if (!a || !b) throw new TypeError('two owners');
    await expect(dropRows(a, 't')).rejects.toThrow(/has no rows in table t to drop/);
    await append(a, part(made, 0));
    await append(b, part(made, 1));
    await append(a, { ...part(made, 0) }, 'replace');
    expect(heads(made)).toEqual(new Array(3).fill('3 owner 1,owner 0'));
    expect(rowsOf(reconstruct(made.stores))).toEqual(clearRows(made.table));
    expect((await dropRows(a, 't')).parts.map(({ owner }) => owner)).toEqual(['owner 1']);
    expect((await dropRows(a, 't')).number).toBe(4);
    expect((await dropRows(b, 't')).parts).toEqual([]);
    expect(made.stores[0]?.tables().map(({ number }) => number)).toEqual([5, 4]);
  });
});

describe('signatures', () => {
  it('of a party count only if its key made them', async () => {
    for (const call of ['propose', 'sign'] as const) {
      const made = await setup(31);
      const around = (inner: PartyUploads, party: number): PartyUploads =>
        party === 1 ? { ...inner, [call]: async () => 'ab'.repeat(64) } : inner;
      const session = sessionOf('owner 0', made.desks, around);
      await expect(append(session, part(made, 0))).rejects.toMatchObject({
        code: 'PEER_PROTOCOL',
        message: expect.stringContaining('party 2 sent a signature'),
      });
      expect(made.stores.map((store) => store.tables())).toEqual([[], [], []]);
    }
  });

  it('are checked by every party: of the owner, of all that are ready, of the parties before', async () => {
    const made = await setup(32);
    const refused: string[] = [];
    const forged = 'ab'.repeat(64);
    const attempt = async (what: string, call: Promise<unknown> | undefined) => {
      const code = await call?.then(
        () => 'accepted',
        (error: { code: string }) => error.code,
      );
      refused.push(`${what} ${code}`);
    };
    const around = (inner: PartyUploads, party: number): PartyUploads => ({
      ...inner,
      propose: async (signed) => {
        if (party === 0) {
          await attempt('owner', inner.propose({ ...signed, ownerSignature: forged }));
          const proposal = { ...signed.proposal, number: 2 };
          await attempt('other', inner.propose({ ...signed, proposal }));
        }
        return inner.propose(signed);
      },
      sign: async (pending) => {
        const { ready, signatures } = pending;
        if (party === 1) {
          const [first = ''] = ready;
          await attempt('ready', inner.sign({ ...pending, ready: ready.slice(1) }));
          await attempt('ready', inner.sign({ ...pending, ready: [first, first, first] }));
          await attempt('before', inner.sign({ ...pending, signatures: [] }));
          await attempt('before', inner.sign({ ...pending, signatures: [forged] }));
          await attempt('before', inner.sign({ ...pending, signatures: [first] }));
          await attempt('skipped', made.desks[2]?.tables.sign(pending));
          await attempt('certify', inner.certify({ ...pending, signatures: ready }));
          await attempt('certify', inner.certify({ ...pending, signatures }));
        }
        return inner.sign(pending);
      },
    });
    await append(sessionOf('owner 0', made.desks, around), part(made, 0));
    expect(refused).toEqual([
      'owner AUTH_DENIED',
      'other AUTH_DENIED',
      'ready UPLOAD_INVALID',
      'ready AUTH_DENIED',
      'before UPLOAD_INVALID',
      'before AUTH_DENIED',
      'before AUTH_DENIED',
      'skipped UPLOAD_INVALID',
      'certify AUTH_DENIED',
      'certify UPLOAD_INVALID',
    ]);
  });
});
