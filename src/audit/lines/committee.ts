import { holds, type Outcome, refuted } from '../finding.ts';
import type { Subject } from '../subject.ts';

/**
 * 2t + 1 distinct parties of the consortium computed, and exactly they attest the answer: with fewer shares, any
 * result could be put together (PROTOCOLS A10).
 */
export function committeeLine(subject: Subject): Outcome {
  const { body, parties } = subject.receipt;
  const { committee } = body;
  const size = 2 * subject.threshold + 1;
  if (committee.length !== size) throw refuted(`${committee.length} parties computed, not ${size}`);
  const isAscending = committee.every((party, k) => k === 0 || party > (committee[k - 1] ?? 0));
  if (!isAscending) throw refuted('the committee is not a list of different parties in order');
  if (committee.some((party) => party > subject.parties)) {
    throw refuted('a member of the committee is no party of the consortium');
  }
  const signers = parties.map(({ party }) => party);
  if (signers.join() !== committee.join()) {
    throw refuted('those who attest the answer are not exactly the committee, each once, in order');
  }
  const names = committee.map((party) => subject.nameOf(party)).join(', ');
  return holds(`${names} computed the answer, and each of them attests it`);
}
