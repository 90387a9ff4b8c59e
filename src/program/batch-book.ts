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

/** A part of a record of AND gates, in bytes of a column; the batch it went into may be full then. */
export interface AndPiece {
  readonly bytes: number;
  readonly closes?: ClosedBatch;
}

const AND_BATCH_BYTES = AND_BATCH_GATES / 8;
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

  /** Takes AND gates of `bytes` bytes a column, cut so that batches are exactly full. */
  ands(bytes: number): AndPiece[] {
    const pieces: AndPiece[] = [];
    for (let left = bytes; left > 0; ) {
      const piece = Math.min(left, AND_BATCH_BYTES - this.#open.and);
      this.#open.and += piece;
      left -= piece;
      if (this.#open.and < AND_BATCH_BYTES) pieces.push({ bytes: piece });
      else pieces.push({ bytes: piece, closes: this.#close('and') });
    }
    return pieces;
  }

  /** Takes `entries` entries of products, which stay together; returns the batch that has no room for them and is closed before. */
  products(entries: number): ClosedBatch | undefined {
    const open = this.#open.product;
    const full = open > 0 && open + entries > PRODUCT_BATCH ? this.#close('product') : undefined;
    this.#open.product += entries;
    return full;
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
