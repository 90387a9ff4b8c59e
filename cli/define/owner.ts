import type { OwnerSession } from '../../src/client/publish/owner-session.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { ownerSession } from '../connect/owner-session.ts';
import type { Member } from '../consortium/member.ts';

/** A member's session as an owner of rows; AUTH_DENIED if it is no owner. */
export function asOwner({ connections, consortium, identity, self }: Member): OwnerSession {
  if (self.kind !== 'member' || !self.roles.includes('owner')) {
    throw new TacitError('AUTH_DENIED', `"${self.name}" is no owner in consortium.json`);
  }
  return ownerSession(consortium, self.name, identity, connections);
}
