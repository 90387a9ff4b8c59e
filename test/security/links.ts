import type { TraceEntry } from '../../src/transport/memory.ts';

/**
 * What passed on each link in order, as lines. Batches are checked while others are, and which message of whose check is sent
 * first is a matter of time, so those of a batch are together here.
 */
export function linesOfLinks(record: readonly TraceEntry[]): string[] {
  return [0, 1, 2].flatMap((from) =>
    [0, 1, 2].flatMap((to) => {
      const sent = record.filter((entry) => entry.from === from && entry.to === to);
      const batches = [...new Set(sent.map(({ step }) => batchOf(step)))].sort();
      return batches.flatMap((batch) =>
        sent
          .filter(({ step }) => batchOf(step) === batch)
          .map(({ step, bytes }) => `${from} -> ${to} ${step} ${bytes}`),
      );
    }),
  );
}

/** The batch that a message checks, or nothing. */
function batchOf(step: string): string {
  return /^v\d[^/]*/.exec(step)?.[0] ?? '';
}
