import type { KeyProvider } from '../crypto/keys.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { type Prepared, prepare } from '../engine/prepare.ts';
import { JOIN_ROWS_TOP } from '../planner/limits.ts';
import type { NetworkProfile } from '../planner/network.ts';
import type { ParameterValue } from '../planner/parameters.ts';
import type { Receipt } from '../receipt/receipt.ts';
import type { PinnedConsortium } from './pinned-consortium.ts';
import { readNetwork, readParameter } from './read-question.ts';
import { type NamedTable, readTable } from './read-table.ts';

/** What an audit needs of its platform: Node's providers or those of a browser. */
export interface AuditPlatform {
  readonly crypto: Pick<CryptoProvider, 'sha256'>;
  readonly keys: Pick<KeyProvider, 'verify'>;
}

/** One receipt under audit, and what is derived from it once for all lines. */
export class Subject {
  readonly receipt: Receipt;
  readonly platform: AuditPlatform;
  /** Undefined: whose keys to believe was not said. */
  readonly pinned: PinnedConsortium | undefined;
  #tables: readonly NamedTable[] | undefined;
  #prepared: Prepared | undefined;

  constructor(receipt: Receipt, platform: AuditPlatform, pinned: PinnedConsortium | undefined) {
    this.receipt = receipt;
    this.platform = platform;
    this.pinned = pinned;
  }

  /** Number of parties of the consortium, by the pinned file if there is one. */
  get parties(): number {
    return this.pinned?.parties.length ?? this.receipt.body.suite.parties;
  }

  get threshold(): number {
    return this.pinned?.threshold ?? this.receipt.body.suite.threshold;
  }

  get isActive(): boolean {
    return this.receipt.body.suite.security === 'active';
  }

  /** The party with this number (from 1) for readers. */
  nameOf(party: number): string {
    const name = this.pinned?.parties[party - 1]?.name;
    const number = `party ${party}`;
    return name === undefined || name === number ? number : `${number} (${name})`;
  }

  /** Values of the statement's parameters. RECEIPT_INVALID, like all that follows, if they are malformed. */
  get parameters(): readonly ParameterValue[] {
    return this.receipt.body.question.parameters.map((value, k) =>
      readParameter({ value, path: `body.question.parameters[${k}]` }),
    );
  }

  get network(): NetworkProfile {
    return readNetwork({
      value: this.receipt.body.question.network,
      path: 'body.question.network',
    });
  }

  get tables(): readonly NamedTable[] {
    this.#tables ??= this.receipt.body.tables.map(readTable);
    return this.#tables;
  }

  /** The statement compiled anew from what the receipt says of it; the planner's errors if it does not compile. */
  get prepared(): Prepared {
    if (this.#prepared === undefined) {
      const { body } = this.receipt;
      const tables = this.tables.map(({ certificate, definition, digest, version }) => ({
        definition: definition.table,
        parts: certificate.proposal.parts,
        digest,
        number: version,
      }));
      this.#prepared = prepare(
        body.question.sql,
        { tables },
        this.network,
        this.platform.crypto,
        this.parameters,
        body.suite.security,
        // A limit refuses plans and changes none.
        this.pinned === undefined ? { joinRows: JOIN_ROWS_TOP } : this.pinned.limits,
      );
    }
    return this.#prepared;
  }
}
