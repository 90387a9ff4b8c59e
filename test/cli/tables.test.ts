import { describe, expect, it } from 'vitest';
import { compareListings, type PartyListing } from '../../cli/tables/compare-listings.ts';
import { type ListedVersion, listDefinition, listVersion } from '../../cli/tables/listing.ts';
import type { TableDefinition } from '../../src/catalog/table.ts';

const TABLE: TableDefinition = {
  name: 'Claims',
  columns: [
    {
      ...{ name: 'amount', type: { kind: 'decimal', precision: 9, scale: 2 }, nullable: true },
      bounds: { min: 0n, max: 100n },
    },
    {
      ...{ name: 'state', type: { kind: 'varchar' }, nullable: false, dictionary: ['CA', 'NY'] },
      ...{ bounds: { min: 0n, max: 1n }, reveal: 'rows' },
    },
    {
      ...{ name: 'id', type: { kind: 'varchar' }, nullable: false, bytes: 8, reveal: 'never' },
      bounds: { min: 0n, max: 2n ** 64n - 1n },
    },
  ],
  keys: [],
};

const version = (number: number, digest = `${number}`.repeat(64)): ListedVersion => {
  const part = (owner: string, rows: number) => ({
    id: `${owner}${rows}`,
    owner,
    rows,
    root: '00',
  });
  const parts = [part('north', 3), part('south', 1), part('north', 4)];
  return listVersion({ definition: TABLE, parts, digest, number });
};

const definition = (accepted: readonly string[], digest = 'd'.repeat(64)) =>
  listDefinition({
    definition: { table: TABLE, owners: ['north', 'south'] },
    digest,
    accepted: accepted.map((owner) => ({ owner, signature: '' })),
  });

const party = (name: string, part: Partial<PartyListing>): PartyListing => {
  return { party: name, versions: [], definitions: [], ...part };
};

const BOTH = [definition(['north', 'south'])];

describe('tables of three parties', () => {
  it('show rows of each owner and columns as SQL writes them', () => {
    const listings = ['a', 'b', 'c'].map((name) =>
      party(name, { versions: [version(1)], definitions: BOTH }),
    );
    const [view, ...more] = compareListings(listings);
    expect(more).toEqual([]);
    expect(view).toMatchObject({ name: 'Claims', unsigned: [], differences: [] });
    expect(view?.current?.owners).toEqual([
      { owner: 'north', rows: 7 },
      { owner: 'south', rows: 1 },
    ]);
    expect(view?.current?.columns).toEqual([
      { name: 'amount', type: 'DECIMAL(9,2)', nullable: true, reveal: 'aggregate' },
      { name: 'state', type: 'VARCHAR', nullable: false, reveal: 'rows', dictionary: 2 },
      { name: 'id', type: 'VARCHAR(8)', nullable: false, reveal: 'never' },
    ]);
  });

  it('run on the newest version that all list', () => {
    const [view] = compareListings([
      party('a', { versions: [version(1), version(2)] }),
      party('b', { versions: [version(1), version(2)] }),
      party('c', { versions: [version(1)] }),
    ]);
    expect(view?.current?.number).toBe(1);
    expect(view?.differences).toEqual([
      `a lists version 2 (${'2'.repeat(16)}) too`,
      `b lists version 2 (${'2'.repeat(16)}) too`,
    ]);
  });

  it('differ where a party lists nothing, or something else', () => {
    const [view] = compareListings([
      party('a', { versions: [version(1)] }),
      party('b', { versions: [version(1, 'e'.repeat(64))] }),
      party('c', {}),
    ]);
    expect(view?.current).toBeUndefined();
    expect(view?.differences).toEqual([
      `b lists version 1 (${'e'.repeat(16)}) instead of version 1 (${'1'.repeat(16)})`,
      `c does not list version 1 (${'1'.repeat(16)})`,
    ]);
  });

  it('say whose signature lacks before there are rows', () => {
    const [view] = compareListings([
      party('a', { definitions: BOTH }),
      party('b', { definitions: [definition(['north'])] }),
      party('c', { definitions: [definition([], 'e'.repeat(64))] }),
    ]);
    expect(view?.current).toBeUndefined();
    expect(view?.unsigned).toEqual(['north', 'south']);
    expect(view?.differences).toEqual(['c has another definition']);
    const [first] = compareListings([party('a', { definitions: BOTH }), party('b', {})]);
    expect(first?.differences).toEqual(['b does not have the definition']);
  });
});
