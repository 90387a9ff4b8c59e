import { checkDefinition, checkOwners } from '../../catalog/check-definition.ts';
import { definitionDigest } from '../../catalog/digest.ts';
import type { SharedDefinition } from '../../catalog/table.ts';
import { TacitError } from '../../errors/tacit-error.ts';
import type { DefinedTable } from '../../storage/share-store.ts';
import { isSignedBy, type OwnerSession, signFor } from './owner-session.ts';
import { toAll } from './party-uploads.ts';

/**
 * Proposes a definition to all parties; returns its digest. Repeating it changes nothing. UPLOAD_INVALID names what does
 * not have the required form, UPLOAD_CONFLICT if the name is defined otherwise.
 */
export async function proposeDefinition(
  session: OwnerSession,
  definition: SharedDefinition,
): Promise<string> {
  checkDefinition(definition.table);
  checkOwners(definition.owners);
  await toAll(session.parties, (party) => party.define(definition));
  return definitionDigest(session.crypto, definition);
}

/** Signs a definition as its owner has read it and sends the consent to all parties; UPLOAD_CONFLICT if one holds another. */
export async function acceptDefinition(
  session: OwnerSession,
  definition: SharedDefinition,
): Promise<void> {
  const digest = definitionDigest(session.crypto, definition);
  const signature = signFor(session, 'tacit/definition', digest);
  await toAll(session.parties, (party) => party.accept(definition.table.name, digest, signature));
}

/**
 * The definition of a table that all parties hold, with the consents that all of them have; undefined if a party has
 * none. PLAN_MISMATCH if two parties hold different ones.
 */
export async function findDefinition(
  session: OwnerSession,
  table: string,
): Promise<DefinedTable | undefined> {
  const lists = await toAll(session.parties, (party) => party.definitions(table));
  const found = lists.flatMap((list) => list.slice(0, 1));
  const [first, ...others] = found;
  if (!first || found.length < session.parties.length) return undefined;
  const digests = found.map(({ definition }) => definitionDigest(session.crypto, definition));
  const [digest = ''] = digests;
  if (digests.some((other) => other !== digest)) {
    const message = `the parties hold different definitions of table ${table}`;
    throw new TacitError('PLAN_MISMATCH', message);
  }
  const accepted = first.accepted.filter(({ owner }) =>
    others.every((other) => other.accepted.some((entry) => entry.owner === owner)),
  );
  return { definition: first.definition, digest, accepted };
}

/**
 * The definition that this owner publishes by: its own signature must be among the consents, so that nobody can make it
 * encode its rows by another one. UPLOAD_INVALID if the table is not defined or somebody has not accepted it.
 */
export async function acceptedDefinition(
  session: OwnerSession,
  table: string,
): Promise<DefinedTable> {
  const found = await findDefinition(session, table);
  if (!found) throw invalid(`table ${table} is not defined at all parties`);
  const { accepted, definition, digest } = found;
  const own = accepted.find(({ owner }) => owner === session.name);
  const key = session.signer.publicKey;
  if (!own || !isSignedBy(session, key, 'tacit/definition', digest, own.signature)) {
    throw invalid(
      `you have not accepted the definition of table ${table}; read and accept it first`,
    );
  }
  const missing = definition.owners.filter((name) => !accepted.some(({ owner }) => owner === name));
  if (missing.length === 0) return found;
  throw invalid(`${missing.join(', ')} must accept the definition of table ${table} first`);
}

function invalid(message: string): TacitError {
  return new TacitError('UPLOAD_INVALID', message);
}
