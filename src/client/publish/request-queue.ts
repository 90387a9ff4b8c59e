import {
  type CommittedBlock,
  sealedBodyContext,
  UPLOAD_BODY_BYTES,
  UPLOAD_STORED_BYTES,
} from '../../sharing/upload.ts';
import {
  blockMessageBytes,
  encodeBlocks,
  UPLOAD_BODY_OVERHEAD_BYTES,
} from '../../sharing/upload-codec.ts';
import { type OwnerSalts, saltsFor } from '../../sharing/upload-leaves.ts';
import type { OwnerSession } from './owner-session.ts';
import { toAll, type UploadOffer } from './party-uploads.ts';

/** One unit of an upload, split. */
export interface SplitUnit {
  readonly unit: number;
  /** Element i goes to party i. */
  readonly messages: readonly CommittedBlock[];
  /** What each party will store for it. */
  readonly storedBytes: number;
}

/** Which upload, and the seeds of its salts: each party gets those of what it holds. */
export interface SealedUpload {
  readonly partId: string;
  readonly salts: OwnerSalts;
}

/**
 * Groups units into requests, seals them to the parties, and keeps one request per party under way while the next one
 * is prepared: at most two bodies per party are in memory. A party gets only what it does not hold.
 */
export class RequestQueue {
  readonly #session: OwnerSession;
  readonly #upload: SealedUpload;
  readonly #offers: readonly UploadOffer[];
  readonly #acknowledged: (units: number) => void;
  readonly #sequence: number[];
  #waiting: SplitUnit[] = [];
  #storedBytes = 0;
  #bodyBytes = UPLOAD_BODY_OVERHEAD_BYTES;
  #underWay: Promise<void> = Promise.resolve();

  /** `acknowledged` hears how many more units all parties hold. */
  constructor(
    session: OwnerSession,
    upload: SealedUpload,
    offers: readonly UploadOffer[],
    acknowledged: (units: number) => void,
  ) {
    this.#session = session;
    this.#upload = upload;
    this.#offers = offers;
    this.#acknowledged = acknowledged;
    this.#sequence = offers.map(() => 0);
  }

  async add(split: SplitUnit): Promise<void> {
    const bodyBytes = Math.max(...split.messages.map(blockMessageBytes));
    const isFull =
      this.#storedBytes + split.storedBytes > UPLOAD_STORED_BYTES ||
      this.#bodyBytes + bodyBytes > UPLOAD_BODY_BYTES;
    if (isFull && this.#waiting.length > 0) await this.#send();
    this.#waiting.push(split);
    this.#storedBytes += split.storedBytes;
    this.#bodyBytes += bodyBytes;
  }

  /** Sends what is left and waits for every acknowledgement. */
  async end(): Promise<void> {
    if (this.#waiting.length > 0) await this.#send();
    await this.#underWay;
  }

  /** Waits for what is under way whatever becomes of it (an error is on its way already). */
  async settle(): Promise<void> {
    await this.#underWay.catch(() => undefined);
  }

  async #send(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#storedBytes = 0;
    this.#bodyBytes = UPLOAD_BODY_OVERHEAD_BYTES;
    const bodies = this.#offers.map((offer, party) => this.#seal(waiting, offer, party));
    await this.#underWay;
    this.#underWay = toAll(this.#session.parties, async (party, index) => {
      const body = bodies[index];
      if (body) await party.blocks(this.#upload.partId, body.sequence, body.sealed);
    }).then(() => this.#acknowledged(waiting.length));
    // It is awaited before the next request; until then a failure must not count as unhandled.
    this.#underWay.catch(() => undefined);
  }

  #seal(
    units: readonly SplitUnit[],
    { held, publicKey }: UploadOffer,
    party: number,
  ): { readonly sequence: number; readonly sealed: Uint8Array } | undefined {
    const blocks = units
      .filter(({ unit }) => unit >= held)
      .map((split) => split.messages[party] as CommittedBlock);
    if (blocks.length === 0) return undefined;
    const sequence = this.#sequence[party] ?? 0;
    this.#sequence[party] = sequence + 1;
    const context = sealedBodyContext(this.#upload.partId, party, sequence);
    const body = encodeBlocks({ salts: saltsFor(this.#upload.salts, party), blocks });
    const sealed = this.#session.keys.seal(publicKey, body, context);
    return { sequence, sealed };
  }
}
