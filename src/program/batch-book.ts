import {
  AND_BATCH_GATES,
  type CheckKind,
  type CheckShape,
  checkShape,
  PRODUCT_BATCH,
} from './checks.ts';

/** A batch that takes nothing more and is to be verified. */
export interface ClosedBatch {
  /** Names its messages and streams; used once per query attempt. */
  readonly id: string;
  readonly shape: CheckShape;
}

/** A part of a record: bytes of a column of AND gates, or entries of products. The batch it went into may be full then. */
export interface Piece {
  readonly size: number;
  readonly closes?: ClosedBatch;
}

/** Bytes of a column of AND gates, and entries of products, in a full batch. */
const FULL: Readonly<Record<CheckKind, number>> = {
  and: AND_BATCH_GATES / 8,
  product: PRODUCT_BATCH,
};
const LETTER: Readonly<Record<CheckKind, string>> = { and: 'a', product: 'p' };

/**
 * Which gates and products of a lane make which batch: sizes only. The witness of a lane asks it, and so does the
 * measurement of a program, which therefore knows every batch beforehand.
 */
export class BatchBook {
  readonly #id: string;
  #open = { and: 0, product: 0 };
  #closed = { and: 0, product: 0 };
  #forks = 0;

  /** The book of a lane; ids of batches begin with `id`. */
  constructor(id = '0') {
    this.#id = id;
  }

  /** Bytes of a column of AND gates, and entries of products, that are in no closed batch yet. */
  get open(): Readonly<Record<CheckKind, number>> {
    return this.#open;
  }

  /** Takes AND gates of `size` bytes a column, or that many products, cut so that batches are exactly full. */
  add(kind: CheckKind, size: number): Piece[] {
    const pieces: Piece[] = [];
    for (let left = size; left > 0; ) {
      const piece = Math.min(left, FULL[kind] - this.#open[kind]);
      this.#open[kind] += piece;
      left -= piece;
      const isFull = this.#open[kind] === FULL[kind];
      pieces.push(isFull ? { size: piece, closes: this.#close(kind) } : { size: piece });
    }
    return pieces;
  }

  /**
   * Takes entries of products that must stay together: inner products, and what a lane leaves. Returns the batch that has no room
   * for them and is closed before, and the one that they fill, which may be larger than others.
   */
  addWhole(entries: number): { readonly before?: ClosedBatch; readonly after?: ClosedBatch } {
    const { product } = this.#open;
    const hasRoom = product === 0 || product + entries <= FULL.product;
    const before = hasRoom ? undefined : this.#close('product');
    this.#open.product += entries;
    const after = this.#open.product < FULL.product ? undefined : this.#close('product');
    return { ...(before && { before }), ...(after && { after }) };
  }

  /** Closes everything that is open, AND gates first. */
  close(): ClosedBatch[] {
    const kinds: readonly CheckKind[] = ['and', 'product'];
    return kinds.flatMap((kind) => (this.#open[kind] > 0 ? [this.#close(kind)] : []));
  }

  /** Books for lanes that run side by side; what they leave open is then taken by this one, lane after lane. */
  fork(lanes: number): BatchBook[] {
    const fork = this.#forks++;
    return Array.from({ length: lanes }, (_, lane) => new BatchBook(`${this.#id}.${fork}.${lane}`));
  }

  #close(kind: CheckKind): ClosedBatch {
    const id = `${this.#id}${LETTER[kind]}${this.#closed[kind]++}`;
    const shape = checkShape(kind, this.#open[kind]);
    this.#open[kind] = 0;
    return { id, shape };
  }
}
