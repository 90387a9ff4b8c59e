import { versionDigest } from '../../catalog/digest.ts';
import type { TablePart, TableVersion } from '../../catalog/table.ts';
import {
  type Certificate,
  type Operation,
  type PendingVersion,
  partsAfter,
  type Signature,
  type SignedProposal,
  type VersionProposal,
} from '../../catalog/version.ts';
import { TacitError } from '../../errors/tacit-error.ts';
import type { DefinedTable, TableState } from '../../storage/share-store.ts';
import { type OwnerSession, requireSigned, signFor } from './owner-session.ts';
import { toAll } from './party-uploads.ts';

/** Every lost race means that another version became usable, so this many losses in a row are unheard of. */
const ATTEMPTS = 100;

/**
 * Makes the next version of a table: proposes it, collects every party's signature, and hands all signatures to every
 * party. A version that somebody left unfinished is finished first; if another owner is faster, this one is based on the
 * other's and proposed again. Returns at once if the newest version has the added parts already.
 */
export async function publishVersion(
  session: OwnerSession,
  table: DefinedTable,
  operation: Operation,
  added: readonly TablePart[],
): Promise<TableVersion> {
  for (let attempt = 0; ; attempt++) {
    const head = await settle(session, table);
    if (!head && operation === 'drop') throw nothingToDrop(session, table);
    if (head && isDone(head, operation, session.name, added))
      return versionOf(session, table, head);
    const signed = signProposal(session, nextProposal(session, table, head, operation, added));
    try {
      return versionOf(session, table, await decide(session, signed));
    } catch (error) {
      if (!isStale(error) || attempt >= ATTEMPTS) throw error;
    }
  }
}

/**
 * The newest version of a table, brought to every party; undefined if there is none. Finishes what somebody left
 * unfinished. PEER_PROTOCOL if a party lists a version that not all parties have signed, or one of another table.
 */
export async function settle(
  session: OwnerSession,
  { definition, digest }: DefinedTable,
): Promise<Certificate | undefined> {
  const { name } = definition.table;
  for (let attempt = 0; ; attempt++) {
    const states = await toAll(session.parties, async (party, index) =>
      requireOwnTable(await party.state(name), digest, index),
    );
    const newest = newestOf(
      session,
      states.map(({ head }) => head),
    );
    const number = newest?.proposal.number ?? 0;
    if (newest) {
      await toAll(session.parties, async (party, index) => {
        if ((states[index]?.head?.proposal.number ?? 0) < number) await party.certify(newest);
      });
    }
    const [unfinished] = states
      .flatMap(({ pending }) => pending ?? [])
      .filter(({ proposal }) => proposal.number === number + 1)
      .sort((a, b) => b.signatures.length - a.signatures.length);
    if (!unfinished) return newest;
    try {
      return await finish(session, unfinished);
    } catch (error) {
      if (!isStale(error) || attempt >= ATTEMPTS) throw error;
    }
  }
}

/** What a party says of a table; PEER_PROTOCOL names the party if it is a version of another table. */
function requireOwnTable(state: TableState, definition: string, party: number): TableState {
  const versions = [state.head, state.pending];
  if (versions.every((version) => (version?.proposal.definition ?? definition) === definition)) {
    return state;
  }
  const message = `party ${party + 1} lists a version that is not of this table's definition`;
  throw new TacitError('PEER_PROTOCOL', message);
}

function newestOf(
  session: OwnerSession,
  heads: readonly (Certificate | undefined)[],
): Certificate | undefined {
  let newest: Certificate | undefined;
  for (const head of heads) {
    if (head && head.proposal.number > (newest?.proposal.number ?? 0)) newest = head;
  }
  if (!newest) return undefined;
  const digest = versionDigest(session.crypto, newest.proposal);
  const { signatures } = newest;
  session.parties.forEach((_, party) => {
    requireSigned(session, party, 'tacit/version', digest, signatures[party] ?? '');
  });
  return newest;
}

function isDone(
  { proposal }: Certificate,
  operation: Operation,
  owner: string,
  added: readonly TablePart[],
): boolean {
  if (operation === 'drop') return proposal.parts.every((part) => part.owner !== owner);
  return added.every((part) => proposal.parts.some(({ id }) => id === part.id));
}

function nextProposal(
  session: OwnerSession,
  { definition, digest }: DefinedTable,
  head: Certificate | undefined,
  operation: Operation,
  added: readonly TablePart[],
): VersionProposal {
  return {
    table: definition.table.name,
    definition: digest,
    number: (head?.proposal.number ?? 0) + 1,
    base: head ? versionDigest(session.crypto, head.proposal) : digest,
    operation,
    owner: session.name,
    parts: partsAfter(head?.proposal.parts ?? [], operation, session.name, added),
  };
}

function signProposal(session: OwnerSession, proposal: VersionProposal): SignedProposal {
  const digest = versionDigest(session.crypto, proposal);
  return { proposal, ownerSignature: signFor(session, 'tacit/proposal', digest) };
}

async function decide(session: OwnerSession, signed: SignedProposal): Promise<Certificate> {
  const digest = versionDigest(session.crypto, signed.proposal);
  const ready = await toAll(session.parties, async (party, index) =>
    requireSigned(session, index, 'tacit/ready', digest, await party.propose(signed)),
  );
  return finish(session, { ...signed, ready, signatures: [] });
}

/** Collects the signatures that a version lacks, in the order of the parties, and hands all to every party. */
async function finish(session: OwnerSession, pending: PendingVersion): Promise<Certificate> {
  const { ownerSignature, proposal, ready } = pending;
  const digest = versionDigest(session.crypto, proposal);
  const signatures: Signature[] = [...pending.signatures];
  for (const [index, party] of session.parties.entries()) {
    if (index < signatures.length) continue;
    const signature = await party.sign({ proposal, ownerSignature, ready, signatures });
    signatures.push(requireSigned(session, index, 'tacit/version', digest, signature));
  }
  const certificate = { proposal, ownerSignature, signatures };
  await toAll(session.parties, (party) => party.certify(certificate));
  return certificate;
}

function versionOf(
  session: OwnerSession,
  { definition }: DefinedTable,
  { proposal }: Certificate,
): TableVersion {
  const { number, parts } = proposal;
  const digest = versionDigest(session.crypto, proposal);
  return { definition: definition.table, parts, digest, number };
}

function nothingToDrop({ name }: OwnerSession, { definition }: DefinedTable): TacitError {
  const table = definition.table.name;
  return new TacitError('UPLOAD_INVALID', `"${name}" has no rows in table ${table} to drop`);
}

function isStale(error: unknown): boolean {
  return error instanceof TacitError && error.code === 'VERSION_STALE';
}
