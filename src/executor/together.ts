import { Lane, type Party } from '../protocol/party.ts';

/**
 * Runs tasks side by side, each in a lane of its own, and returns the rounds of the longest. If one fails, the channel is
 * aborted, so that the others fail too, and all have ended before the error is thrown: nobody writes to memory that
 * is used anew.
 */
export async function together(
  party: Party,
  tasks: readonly ((lane: Lane) => Promise<void>)[],
): Promise<number> {
  const lanes = tasks.map(() => new Lane(party));
  const outcomes = await Promise.allSettled(
    tasks.map(async (task, k) => {
      try {
        await task(lanes[k] ?? new Lane(party));
      } catch (error) {
        party.channel.abort(error instanceof Error ? error : new Error(String(error)));
        throw error;
      }
    }),
  );
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return Math.max(0, ...lanes.map((lane) => lane.rounds));
}
