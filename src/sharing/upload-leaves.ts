import {
  LEAF_BYTES,
  type LeafHolder,
  leafHash,
  leafIndex,
  leafSalt,
  leavesOfUnit,
  type PartySalts,
  SALT_BYTES,
  type UnitPlace,
} from '../catalog/commitment.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import {
  type BlockMessage,
  type CommittedBlock,
  type ComponentMessage,
  componentBytes,
  type StoredForm,
  UPLOAD_PARTIES,
  type UploadContext,
} from './upload.ts';
import { expandLimb, putComponent } from './upload-expand.ts';

const HOLDERS = Array.from({ length: UPLOAD_PARTIES }, (_, k) => k);

/** The owner's seeds of salts: element c of `components` is for component c, element i of `parties` for party i's shares. */
export interface OwnerSalts {
  readonly components: readonly Uint8Array[];
  readonly parties: readonly Uint8Array[];
}

/** The seeds of all salts of one upload, from its secret seed: equal whenever the upload goes on. */
export function ownerSalts(
  crypto: CryptoProvider,
  uploadSeed: Uint8Array,
  part: string,
): OwnerSalts {
  const seed = (name: string, holder: number) => {
    const info = `tacit/salt-seed/1|${part}|${name}|${holder}`;
    return crypto.hkdf(uploadSeed, new Uint8Array(), info, SALT_BYTES);
  };
  return {
    components: HOLDERS.map((component) => seed('component', component)),
    parties: HOLDERS.map((party) => seed('party', party)),
  };
}

/** The seeds that go to one party: those of the bytes that it holds. */
export function saltsFor({ components, parties }: OwnerSalts, party: number): PartySalts {
  return {
    left: components[party] as Uint8Array,
    right: components[(party + 1) % UPLOAD_PARTIES] as Uint8Array,
    field: parties[party] as Uint8Array,
  };
}

/** The messages of one split block with the leaves of its unit, at its owner. */
export function commitBlock(
  context: UploadContext,
  form: StoredForm,
  place: UnitPlace,
  messages: readonly BlockMessage[],
  salts: OwnerSalts,
): CommittedBlock[] {
  const leaves = new Uint8Array(LEAF_BYTES * leavesOfUnit(form.limbs));
  const put = (leaf: LeafHolder, seed: Uint8Array, bytes: Uint8Array) => {
    const at = { ...place, ...leaf };
    const salt = leafSalt(context.crypto, seed, at);
    leaves.set(leafHash(context.crypto, at, salt, [bytes]), LEAF_BYTES * leafIndex(leaf));
  };
  for (const [holder, { boolean, field, rows }] of messages.entries()) {
    const component = salts.components[holder] as Uint8Array;
    const mark = context.arena.mark();
    const bytes = componentOf(context, boolean.left, componentBytes(form, rows));
    put({ form: 'boolean', limb: 0, holder }, component, bytes);
    for (const [limb, share] of field.entries()) {
      const shares = 'bytes' in share ? share.bytes : expandLimb(context, share, rows);
      put({ form: 'field', limb, holder }, salts.parties[holder] as Uint8Array, shares);
    }
    context.arena.release(mark);
  }
  return messages.map((message) => ({ ...message, leaves }));
}

/** A component's bytes; a view of the arena if they come from a seed. */
function componentOf(
  context: UploadContext,
  component: ComponentMessage,
  bytes: number,
): Uint8Array {
  if ('bytes' in component) return component.bytes;
  const at = context.arena.alloc(bytes);
  putComponent(context, component, at, bytes);
  return context.arena.u8.subarray(at, at + bytes);
}
