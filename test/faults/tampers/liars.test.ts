import { describe, expect, it } from 'vitest';
import { nodeCrypto } from '../../../src/crypto/node.ts';
import { KernelPool } from '../../../src/engine/kernel-pool.ts';
import type { EngineParts } from '../../../src/engine/party-engine.ts';
import { localCompute } from '../../../src/proof/local-compute.ts';
import { Rng } from '../../oracle/rng.ts';
import { askEach, codesOf } from '../attack.ts';
import { type Battlefield, battlefield, STATEMENTS } from './battlefield.ts';
import { CHECK_LIES, LIES, Liar, type Lie, lyingEngine } from './lying-engine.ts';

/**
 * One party computes one thing wrong and stands by it in everything it does later, so that all shares are consistent
 * (PROTOCOLS 9, attacks 1 to 5 and 11): only the verification can tell.
 */
const SEED = Number(process.env['TACIT_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const LONG = process.env['TACIT_LONG'] === '1';
const COUNT = Number(process.env['TACIT_LIES'] ?? (LONG ? 200 : 4));

/** A consortium with one liar at a time, whom it starts anew with every lie. */
class Court {
  #liar: { readonly party: number; readonly liar: Liar } | undefined;
  readonly #field: Promise<Battlefield> = battlefield((parts) => this.#corrupt(parts));

  async ask(party: number, liar: Liar, sql: string): Promise<string[]> {
    const { consortium } = await this.#field;
    this.#liar = { party, liar };
    try {
      return codesOf(await askEach(consortium, sql));
    } finally {
      this.#liar = undefined;
    }
  }

  #corrupt(parts: EngineParts): EngineParts {
    const honestCompute = parts.compute;
    const isLiar = (lies: readonly Lie[]) =>
      this.#liar?.party === parts.self && lies.includes(this.#liar.liar.kernel);
    return {
      ...parts,
      kernels: {
        use: (work: Parameters<KernelPool['use']>[0]) => {
          const liar = this.#liar?.liar;
          const lying = isLiar(LIES) && liar !== undefined;
          const chosen = lying ? new KernelPool(() => lyingEngine(liar)) : parts.kernels;
          return chosen.use(work);
        },
      } as KernelPool,
      compute: (self, batch) => {
        const liar = this.#liar?.liar;
        const lying = isLiar(CHECK_LIES) && liar !== undefined;
        return (lying ? localCompute(() => lyingEngine(liar), nodeCrypto) : honestCompute)(
          self,
          batch,
        );
      },
    };
  }
}

function isCheck(kernel: Lie, codes: readonly string[]): boolean {
  const lies: readonly Lie[] = CHECK_LIES;
  return lies.includes(kernel) && codes.includes('OPENING_INCONSISTENT');
}

const court = new Court();

describe('one party that computes wrong and sends what it computed', () => {
  for (const [number, kernel] of [...LIES, ...CHECK_LIES].entries()) {
    it(
      `is caught by the verification: ${kernel}`,
      async () => {
        const rng = new Rng(SEED + number);
        console.log(`liars: seed ${SEED + number}, ${COUNT} lies in ${kernel}`);
        for (let k = 0; k < COUNT; k++) {
          const party = rng.below(3);
          const sql = rng.pick(STATEMENTS);
          const honest = new Liar(kernel, rng, Infinity);
          expect(await court.ask(party, honest, sql)).toEqual(['answered', 'answered', 'answered']);
          if (honest.opportunities === 0) continue;
          const liar = new Liar(kernel, rng, rng.below(honest.opportunities));
          const codes = await court.ask(party, liar, sql);
          const ofHonest = codes.filter((_, other) => other !== party);
          const place = `party ${party + 1}, ${sql}`;
          expect(ofHonest, place).not.toContain('answered');
          // Who lies about its share of the claim holds shares of another value than the others when the check ends.
          const caught = codes.includes('CHECK_FAILED') || isCheck(kernel, codes);
          expect(caught, `${codes.join()}: ${place}`).toBe(true);
        }
      },
      LONG ? 1_200_000 : 120_000,
    );
  }
});
