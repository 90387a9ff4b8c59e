import { Lane } from '../protocol/party.ts';

/**
 * Runs tasks side by side, each in a lane of its own with a witness of its own, and adds the rounds of the longest to `lane`. If one
 * fails, the channel is aborted, so that the others fail too, and all have ended before the error is thrown: nobody
 * writes to memory that is used anew.
 */
export async function together(
  lane: Lane,
  tasks: readonly ((lane: Lane) => Promise<void>)[],
): Promise<void> {
  if (tasks.length === 0) return;
  const { party, witness } = lane;
  const witnesses = witness.fork(tasks.length);
  const lanes = witnesses.map((own) => new Lane(party, own));
  const outcomes = await Promise.allSettled(
    lanes.map(async (own, k) => {
      try {
        await tasks[k]?.(own);
      } catch (error) {
        party.channel.abort(error instanceof Error ? error : new Error(String(error)));
        throw error;
      }
    }),
  );
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  lane.rounds += Math.max(...lanes.map(({ rounds }) => rounds));
  await witness.join(witnesses);
}
