import { expect } from 'vitest';
import { mod } from '../../src/field/p61.ts';
import { Coins } from '../../src/proof/coins.ts';
import { getElements } from '../../src/protocol/elements.ts';
import type { Party } from '../../src/protocol/party.ts';
import type {
  OpeningPermit,
  ProductRecord,
  PublicCoin,
  Witness,
} from '../../src/protocol/witness.ts';
import { reconstructShamir } from '../../src/sharing/shamir.ts';

interface Entry {
  readonly kind: 'and' | 'product' | 'inner';
  readonly columns: readonly Uint8Array[];
  readonly elements: readonly (readonly bigint[])[];
}

/** A witness that keeps copies of everything, so that a test that knows all parties' shares can verify it in the clear. */
export class CollectingWitness implements Witness {
  readonly isChecked = true;
  readonly entries: Entry[] = [];
  readonly #party: Party;

  constructor(party: Party) {
    this.#party = party;
  }

  async ands({ columns, bytes }: Parameters<Witness['ands']>[0]): Promise<void> {
    const copies = columns.map((at) => this.#party.arena.u8.slice(at, at + bytes));
    this.entries.push({ kind: 'and', columns: copies, elements: [] });
  }

  async products(records: readonly ProductRecord[]): Promise<void> {
    for (const { x, y, z, n } of records) this.#add('product', [x, y, z], [n, n, n]);
  }

  async innerProducts(records: readonly ProductRecord[]): Promise<void> {
    for (const { x, y, z, n } of records) this.#add('inner', [x, y, z], [n, n, 1]);
  }

  #add(kind: Entry['kind'], at: readonly number[], lengths: readonly number[]): void {
    const elements = at.map((address, k) =>
      getElements(this.#party.arena, address, lengths[k] ?? 0),
    );
    this.entries.push({ kind, columns: [], elements });
  }

  fork(lanes: number): readonly Witness[] {
    return Array.from({ length: lanes }, () => new CollectingWitness(this.#party));
  }

  async join(lanes: readonly Witness[]): Promise<void> {
    for (const lane of lanes as readonly CollectingWitness[]) this.entries.push(...lane.entries);
  }

  async barrier(): ReturnType<Witness['barrier']> {
    return { permit: {} as OpeningPermit, rounds: 0 };
  }

  async coin(name: string): Promise<PublicCoin> {
    const coins = new Coins(this.#party, name, 1);
    await coins.agree();
    return { toss: () => coins.toss(0) };
  }
}

/** Opens everything that the committee's witnesses hold, and requires it to be there and every gate and product to be right. */
export function expectTrue(
  witnesses: readonly CollectingWitness[],
  committee: readonly number[],
  threshold: number,
): void {
  const [first] = witnesses;
  expect(witnesses.map(({ entries }) => entries.length)).toEqual(
    witnesses.map(() => first?.entries.length),
  );
  expect(first?.entries.length).toBeGreaterThan(0);
  first?.entries.forEach(({ kind }, k) => {
    const entries = witnesses.map((witness) => witness.entries[k] as Entry);
    expect(entries.map((entry) => entry.kind)).toEqual(entries.map(() => kind));
    if (kind === 'and') expectAnds(entries);
    else expectProducts(entries, committee, threshold);
  });
}

function expectAnds(entries: readonly Entry[]): void {
  const [x, y, z] = [0, 2, 4].map((column) => {
    const sides = (party: number, side: number) => entries[party]?.columns[column + side];
    for (const party of entries.keys()) {
      expect(sides(party, 1)).toEqual(sides((party + 1) % entries.length, 0));
    }
    return entries.map((_, party) => sides(party, 0) as Uint8Array);
  }) as [Uint8Array[], Uint8Array[], Uint8Array[]];
  const open = (shares: readonly Uint8Array[], k: number) =>
    shares.reduce((sum, share) => sum ^ (share[k] ?? 0), 0);
  z[0]?.forEach((_, k) => {
    if (open(z, k) !== (open(x, k) & open(y, k))) expect.fail(`gates of byte ${k} are wrong`);
  });
}

function expectProducts(
  entries: readonly Entry[],
  committee: readonly number[],
  threshold: number,
): void {
  const [x, y, z] = [0, 1, 2].map((column) =>
    entries[0]?.elements[column]?.map((_, k) =>
      reconstructShamir(
        entries.map(({ elements }) => elements[column]?.[k] ?? 0n),
        committee,
        threshold,
        `column ${column}`,
      ),
    ),
  ) as [bigint[], bigint[], bigint[]];
  const products = x.map((value, k) => mod(value * (y[k] ?? 0n)));
  const expected =
    entries[0]?.kind === 'product' ? products : [mod(products.reduce((a, b) => a + b, 0n))];
  expect(z).toEqual(expected);
}
