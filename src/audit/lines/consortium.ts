import { holds, type Outcome, open, refuted } from '../finding.ts';
import type { Subject } from '../subject.ts';

/**
 * The session was bound to the pinned consortium, and its threshold and security are the pinned ones. Nothing here is
 * learnt from the receipt (PROTOCOLS A10): a receipt could bring its own consortium along.
 */
export function consortiumLine({ pinned, receipt }: Subject): Outcome {
  const { session, suite } = receipt.body;
  if (pinned === undefined) {
    return open('which consortium this was is not known: no consortium file was given');
  }
  const { parties, security, threshold } = pinned;
  if (suite.parties !== parties.length || suite.threshold !== threshold) {
    throw refuted('the receipt is of another number of parties, or threshold, than the consortium');
  }
  if (suite.security !== security) {
    throw refuted(`the consortium runs ${security} security, this answer had ${suite.security}`);
  }
  if (session.consortium !== pinned.digest) {
    throw refuted(
      'the session was bound to another consortium than the pinned file says; if members changed since, use ' +
        'the file of that time',
    );
  }
  const names = parties.map(({ name }) => name).join(', ');
  return holds(
    `the parties were bound to the pinned consortium of ${names}; at most ${threshold} of them may collude`,
    'SHA-256 has no collisions',
  );
}
