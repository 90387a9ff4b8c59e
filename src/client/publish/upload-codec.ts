import type { Upload } from '../../storage/share-store.ts';
import { count, flag, items, malformed, member, words } from '../query/untrusted.ts';

/** Reads a party's list of uploads; PEER_PROTOCOL if it does not have the agreed form. */
export function decodeUploads(text: string): readonly Upload[] {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    throw malformed('not JSON');
  }
  return items(member(root, 'parts')).map((part) => ({
    id: words(member(part, 'id')),
    table: words(member(part, 'table')),
    slot: count(member(part, 'slot')),
    owner: words(member(part, 'owner')),
    rows: count(member(part, 'rows')),
    committed: flag(member(part, 'committed')),
  }));
}
