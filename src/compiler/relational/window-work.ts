import type { Wire } from '../../circuits/circuit.ts';
import type { ScanItem, Word, WordCircuit, WordRows } from './word-rows.ts';

/** A step over all rows that makes words: a circuit, or a scan. */
export type Step =
  | {
      readonly kind: 'circuit';
      readonly make: (row: WordCircuit) => readonly (readonly Wire[])[];
    }
  | {
      readonly kind: 'scan';
      readonly direction: 'down' | 'up';
      readonly item: ScanItem;
    };

/** Steps one after another, each of which may read the words of those before. */
export type Work<Result> = Generator<Step, Result, readonly Word[]>;

/** A circuit with one output word. */
export function* word(make: (row: WordCircuit) => readonly Wire[]): Work<Word> {
  const [made] = yield { kind: 'circuit', make: (row) => [make(row)] };
  return required(made);
}

/** The combined values of the rows of each row's segment before it (down) or after it (up). */
export function* scanned(direction: 'down' | 'up', item: ScanItem): Work<Word> {
  const { operation } = item;
  const isPlain = operation.plain === undefined;
  const packed = isPlain
    ? item.word
    : yield* word(({ b, read }) => operation.pack(b, read(item.word)));
  const [made] = yield { kind: 'scan', direction, item: { ...item, word: packed } };
  const result = required(made);
  return isPlain ? result : yield* word(({ b, read }) => operation.unpack(b, read(result)));
}

/** Does several works at a time: their next circuits are one stage, and so are their next scans in one direction. */
export function together<Result>(rows: WordRows, works: readonly Work<Result>[]): Result[] {
  const results = new Map<Work<Result>, Result>();
  const waiting = new Map<Work<Result>, Step>();
  const go = (work: Work<Result>, words: readonly Word[]) => {
    const { done, value } = work.next(words);
    if (done === true) {
      results.set(work, value);
      waiting.delete(work);
    } else waiting.set(work, value);
  };
  for (const work of works) go(work, []);
  while (waiting.size > 0) {
    if (!circuits(rows, waiting, go)) scans(rows, waiting, go);
  }
  return works.flatMap((work) => {
    const result = results.get(work);
    return result === undefined ? [] : [result];
  });
}

type Go<Result> = (work: Work<Result>, words: readonly Word[]) => void;

function circuits<Result>(
  rows: WordRows,
  waiting: ReadonlyMap<Work<Result>, Step>,
  go: Go<Result>,
): boolean {
  const steps = [...waiting].flatMap(([work, step]) =>
    step.kind === 'circuit' ? [{ work, make: step.make }] : [],
  );
  if (steps.length === 0) return false;
  const counts: number[] = [];
  const words = rows.compute((row) =>
    steps.flatMap(({ make }) => {
      const made = make(row);
      counts.push(made.length);
      return made;
    }),
  );
  steps.forEach(({ work }, k) => {
    go(work, words.splice(0, counts[k] ?? 0));
  });
  return true;
}

function scans<Result>(
  rows: WordRows,
  waiting: ReadonlyMap<Work<Result>, Step>,
  go: Go<Result>,
): void {
  for (const direction of ['down', 'up'] as const) {
    const steps = [...waiting].flatMap(([work, step]) =>
      step.kind === 'scan' && step.direction === direction ? [{ work, item: step.item }] : [],
    );
    const words = rows.scan(
      direction,
      steps.map(({ item }) => item),
    );
    steps.forEach(({ work }, k) => {
      go(work, words.slice(k, k + 1));
    });
  }
}

function required(made: Word | undefined): Word {
  if (made === undefined) throw new RangeError('a step that makes a word');
  return made;
}
