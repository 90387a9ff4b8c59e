import { describe, expect, it } from 'vitest';
import { nodeCrypto } from '../../../src/crypto/node.ts';
import { KernelPool } from '../../../src/engine/kernel-pool.ts';
import type { EngineParts } from '../../../src/engine/party-engine.ts';
import { localCompute } from '../../../src/proof/local-compute.ts';
import type { TraceEntry } from '../../../src/transport/memory.ts';
import { Rng } from '../../oracle/rng.ts';
import { askEach, codesOf } from '../attack.ts';
import { type Battlefield, battlefield, RELATIONS, STATEMENTS } from './battlefield.ts';
import { LIES, Liar, lyingEngine } from './lying-engine.ts';

/**
 * One party computes one thing wrong and stands by it in everything it does later, so that all shares are consistent
 * (PROTOCOLS 9, attacks 1 to 5, 11, 13 and 14): only the verification can tell, before anything is opened that depends on it.
 */
const SEED = Number(process.env['TACIT_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const LONG = process.env['TACIT_LONG'] === '1';
const COUNT = Number(process.env['TACIT_LIES'] ?? (LONG ? 200 : 3));

/** What is opened because it was verified; and what is said of an answer. */
const OPENED = /\/(s\d+o|ro)$|^commit$/;

/** A consortium with one liar at a time, whom it starts anew with every lie. */
class Court {
  #liar: Liar | undefined;
  readonly #field: Promise<Battlefield> = battlefield((parts) => this.#corrupt(parts));

  async ask(liar: Liar, record: TraceEntry[], sql: string): Promise<string[]> {
    const { consortium, under } = await this.#field;
    this.#liar = liar;
    try {
      return codesOf(await under({ record }, () => askEach(consortium, sql)));
    } finally {
      this.#liar = undefined;
    }
  }

  #corrupt(parts: EngineParts): EngineParts {
    const honestCompute = parts.compute;
    const liarIn = (inCheck: boolean) => {
      const liar = this.#liar;
      const isLiar = liar?.party === parts.self && (liar.lie.inCheck ?? false) === inCheck;
      return isLiar ? liar : undefined;
    };
    return {
      ...parts,
      kernels: {
        use: (work: Parameters<KernelPool['use']>[0]) => {
          const liar = liarIn(false);
          const chosen = liar ? new KernelPool(() => lyingEngine(liar)) : parts.kernels;
          return chosen.use(work);
        },
      } as KernelPool,
      compute: (self, batch) => {
        const liar = liarIn(true);
        const chosen = liar ? localCompute(() => lyingEngine(liar), nodeCrypto) : honestCompute;
        return chosen(self, batch);
      },
    };
  }
}

const court = new Court();

describe('one party that computes wrong and sends what it computed', () => {
  for (const [number, lie] of LIES.entries()) {
    it(
      `is caught by the verification: ${lie.name}${lie.inCheck ? ' of the check' : ''}`,
      async () => {
        const rng = new Rng(SEED + number);
        console.log(`liars: seed ${SEED + number}, ${COUNT} lies in ${lie.name}`);
        const statements = lie.inRows ? RELATIONS : STATEMENTS;
        const first = rng.below(statements.length);
        let lies = 0;
        for (let k = 0; k < COUNT; k++) {
          const party = rng.below(3);
          const sql = statements[(first + k) % statements.length] ?? '';
          const honestRecord: TraceEntry[] = [];
          const honest = new Liar(party, lie, rng, Infinity, honestRecord);
          const answered = await court.ask(honest, honestRecord, sql);
          expect(answered).toEqual(['answered', 'answered', 'answered']);
          if (honest.opportunities === 0) continue;
          const record: TraceEntry[] = [];
          const liar = new Liar(party, lie, rng, rng.below(honest.opportunities), record);
          const codes = await court.ask(liar, record, sql);
          lies++;
          const ofHonest = codes.filter((_, other) => other !== party);
          const place = `party ${party + 1}, ${sql}`;
          expect(ofHonest, place).not.toContain('answered');
          // Who lies about its share of the claim holds shares of another value than the others when the check ends.
          const isOpening = lie.inCheck && codes.includes('OPENING_INCONSISTENT');
          const caught = codes.includes('CHECK_FAILED') || isOpening;
          expect(caught, `${codes.join()}: ${place}`).toBe(true);
          const after = record.slice(liar.sent).filter(({ from }) => from !== party);
          const opened = after.filter(({ step }) => OPENED.test(step));
          if (!lie.isFalseAlarm) expect(opened, place).toEqual([]);
        }
        if (lie.inRows) expect(lies).toBeGreaterThan(0);
      },
      LONG ? 1_200_000 : 120_000,
    );
  }
});
