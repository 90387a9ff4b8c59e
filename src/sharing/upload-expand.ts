import { TacitError } from '../errors/tacit-error.ts';
import { planeBytes } from '../field/planes.ts';
import {
  type BlockMessage,
  type ComponentMessage,
  componentBytes,
  planesOf,
  SEED_BYTES,
  type StoredForm,
  type UploadContext,
} from './upload.ts';
import { copyOut, drawFieldElements } from './upload-elements.ts';

/** The bytes a party stores for one block of one column, in the forms of the share store's keys. */
export interface ExpandedBlock {
  /** For each plane the left component, then the right one. */
  readonly boolean: Uint8Array;
  /** For each limb 8 bytes a row. */
  readonly field: readonly Uint8Array[];
}

/**
 * Expands an owner's message at one party. The message's place must have been checked; its lengths
 * and field elements are checked here: UPLOAD_INVALID unless every component has exactly the length
 * that form and rows determine and every element is below p.
 */
export function expandBlock(
  context: UploadContext,
  form: StoredForm,
  message: BlockMessage,
): ExpandedBlock {
  const { arena } = context;
  const { rows } = message;
  if (message.field.length !== form.limbs) throw invalid('the wrong number of field components');
  const mark = arena.mark();
  try {
    return {
      boolean: expandPlanes(context, form, message),
      field: message.field.map((share) => expandLimb(context, share, rows)),
    };
  } finally {
    arena.release(mark);
  }
}

function expandPlanes(context: UploadContext, form: StoredForm, message: BlockMessage): Uint8Array {
  const { arena } = context;
  const bytes = componentBytes(form, message.rows);
  const at = arena.alloc(2 * bytes);
  putComponent(context, message.boolean.left, at, bytes);
  putComponent(context, message.boolean.right, at + bytes, bytes);
  const lanes = planeBytes(message.rows);
  const out = new Uint8Array(2 * bytes);
  for (let plane = 0; plane < planesOf(form); plane++) {
    const from = at + plane * lanes;
    out.set(arena.u8.subarray(from, from + lanes), 2 * plane * lanes);
    out.set(arena.u8.subarray(from + bytes, from + bytes + lanes), (2 * plane + 1) * lanes);
  }
  return out;
}

/** Writes one Boolean component, all its planes, at `at`; UPLOAD_INVALID if it is not `bytes` long. */
export function putComponent(
  context: UploadContext,
  component: ComponentMessage,
  at: number,
  bytes: number,
): void {
  if ('seed' in component) {
    const stream = context.crypto.stream(seedOf(component.seed));
    stream.fill(context.arena.u8.subarray(at, at + bytes));
    return;
  }
  if (component.bytes.length !== bytes) throw invalid('a Boolean component of the wrong length');
  context.arena.u8.set(component.bytes, at);
}

/** One party's Shamir shares of one limb, 8 bytes a row; UPLOAD_INVALID as in {@link expandBlock}. */
export function expandLimb(
  context: UploadContext,
  share: ComponentMessage,
  rows: number,
): Uint8Array {
  const { arena, crypto, kernels } = context;
  const at = arena.alloc(rows * 8);
  if ('seed' in share) {
    drawFieldElements(context, crypto.stream(seedOf(share.seed)), at, rows);
  } else {
    if (share.bytes.length !== rows * 8) throw invalid('field shares of the wrong length');
    arena.u8.set(share.bytes, at);
    if (kernels.fpCanonical(at, rows) !== 1) throw invalid('a field share that is not below p');
  }
  return copyOut(context, at, rows * 8);
}

function seedOf(seed: Uint8Array): Uint8Array {
  if (seed.length !== SEED_BYTES) throw invalid('a seed that is not 32 bytes long');
  return seed;
}

function invalid(problem: string): TacitError {
  return new TacitError(
    'UPLOAD_INVALID',
    `the upload contains ${problem}; nothing of it was stored, publish again`,
  );
}
