import { versionDigest } from '../../src/catalog/digest.ts';
import type { SharedDefinition } from '../../src/catalog/table.ts';
import type {
  Certificate,
  PendingVersion,
  Signature,
  SignedProposal,
} from '../../src/catalog/version.ts';
import type { CryptoProvider } from '../../src/crypto/provider.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import type { DefinedTable, ShareStore, TableState } from '../../src/storage/share-store.ts';
import { isSigned, signAs, type TableAuthority } from './table-authority.ts';

/** What a query may take beyond its limits to be stopped, in seconds. */
const GRACE_MARGIN_SECONDS = 600;

/**
 * Seconds for which blocks of a part that is in no kept version stay: longer than any query waits and then runs, each for
 * at most `timeoutSeconds`.
 */
export function graceSeconds(timeoutSeconds: number): number {
  return 2 * timeoutSeconds + GRACE_MARGIN_SECONDS;
}

/**
 * Takes in definitions and versions: checks everybody's signatures, gives this party's own, and leaves the rest to the
 * store. This party's signature leaves only after the store has bound it for good.
 */
export class TableDesk {
  readonly #store: ShareStore;
  readonly #crypto: CryptoProvider;
  readonly #authority: TableAuthority;
  readonly #clock: () => number;
  readonly #graceSeconds: number;
  /** Parts that are to be deleted, by when they were retired. */
  readonly #retired = new Map<string, number>();

  /** `clock`: monotonic seconds. `grace`: see {@link graceSeconds}. */
  constructor(
    store: ShareStore,
    crypto: CryptoProvider,
    authority: TableAuthority,
    clock: () => number,
    grace: number,
  ) {
    this.#store = store;
    this.#crypto = crypto;
    this.#authority = authority;
    this.#clock = clock;
    this.#graceSeconds = grace;
  }

  /** UPLOAD_INVALID if a listed owner is not one of the consortium. */
  async define(definition: SharedDefinition): Promise<void> {
    const stranger = definition.owners.find((owner) => !this.#authority.owners.has(owner));
    if (stranger !== undefined) {
      const who = JSON.stringify(stranger);
      throw invalid(`consortium.json has no member ${who} with the role owner`);
    }
    await this.#store.define(definition);
  }

  /** AUTH_DENIED if the signature is not the owner's. */
  async accept(table: string, digest: string, owner: string, signature: Signature): Promise<void> {
    this.#requireOwner(owner, 'tacit/definition', digest, signature);
    await this.#store.accept(table, digest, { owner, signature });
  }

  definitions(table?: string): readonly DefinedTable[] {
    const all = this.#store.definitions();
    if (table === undefined) return all;
    const wanted = table.toLowerCase();
    return all.filter(({ definition }) => definition.table.name.toLowerCase() === wanted);
  }

  state(table: string): TableState {
    return this.#store.state(table);
  }

  /** This party's signature that it could take the version, and keeps its parts until the number is decided. */
  async propose(signed: SignedProposal): Promise<Signature> {
    const digest = this.#requireProposal(signed);
    await this.#store.promise(signed);
    return signAs(this.#authority, 'tacit/ready', digest);
  }

  /** This party's signature that this is the version of its number; there is never another one. */
  async sign(pending: PendingVersion): Promise<Signature> {
    const digest = this.#requireProposal(pending);
    const { parties, self } = this.#authority;
    this.#requireParties(pending.ready, parties.length, 'tacit/ready', digest);
    this.#requireParties(pending.signatures, self, 'tacit/version', digest);
    const signature = signAs(this.#authority, 'tacit/version', digest);
    const { ownerSignature, proposal, ready } = pending;
    const signatures = [...pending.signatures, signature];
    await this.#store.bind({ proposal, ownerSignature, ready, signatures });
    return signature;
  }

  /** Makes a version usable here that all parties have signed. */
  async certify(certificate: Certificate): Promise<void> {
    const digest = this.#requireProposal(certificate);
    const { length } = this.#authority.parties;
    this.#requireParties(certificate.signatures, length, 'tacit/version', digest);
    await this.#store.certify(certificate);
    await this.#collect();
  }

  /** Deletes what was retired long enough ago; queries may still read what was retired just now. */
  async #collect(): Promise<void> {
    const now = this.#clock();
    for (const part of this.#store.retired()) {
      if (!this.#retired.has(part)) this.#retired.set(part, now);
    }
    const due = [...this.#retired].filter(([, since]) => now - since > this.#graceSeconds);
    for (const [part] of due) this.#retired.delete(part);
    if (due.length > 0) await this.#store.collect(due.map(([part]) => part));
  }

  #requireProposal({ ownerSignature, proposal }: SignedProposal): string {
    const digest = versionDigest(this.#crypto, proposal);
    this.#requireOwner(proposal.owner, 'tacit/proposal', digest, ownerSignature);
    return digest;
  }

  #requireOwner(
    owner: string,
    purpose: 'tacit/definition' | 'tacit/proposal',
    digest: string,
    signature: Signature,
  ): void {
    const key = this.#authority.owners.get(owner);
    if (isSigned(this.#authority, key, purpose, digest, signature)) return;
    const who = JSON.stringify(owner);
    throw denied(`${who} did not sign this (${purpose}) with its key in consortium.json`);
  }

  /** The first `count` parties must have signed, each in its place, and nobody else. */
  #requireParties(
    signatures: readonly Signature[],
    count: number,
    purpose: 'tacit/ready' | 'tacit/version',
    digest: string,
  ): void {
    const { parties } = this.#authority;
    if (signatures.length !== count) throw invalid(`expected ${count} signatures (${purpose})`);
    signatures.forEach((signature, party) => {
      if (isSigned(this.#authority, parties[party], purpose, digest, signature)) return;
      throw denied(`party ${party + 1} did not sign this (${purpose})`);
    });
  }
}

function invalid(message: string): TacitError {
  return new TacitError('UPLOAD_INVALID', message);
}

function denied(message: string): TacitError {
  return new TacitError('AUTH_DENIED', message);
}
