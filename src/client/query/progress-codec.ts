import type { QueryProgress } from '../../engine/query.ts';
import { count, malformed, member, optionalCount, words } from './untrusted.ts';

/** How far a query is, from a party's JSON; undefined once it has ended. PEER_PROTOCOL if it has another form. */
export function decodeProgress(json: string): QueryProgress | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw malformed('no JSON');
  }
  const state = words(member(value, 'state'));
  if (state === 'queued') {
    const place = optionalCount(member(value, 'place'));
    return { state, ...(place === undefined ? {} : { place }) };
  }
  if (state !== 'running') return undefined;
  const rounds = member(value, 'rounds');
  return {
    state,
    rounds: { done: count(member(rounds, 'done')), total: count(member(rounds, 'total')) },
  };
}
