import { P } from '../../../src/field/p61.ts';
import type { Rng } from '../../oracle/rng.ts';
import type { Content } from './kinds.ts';

/** Another payload of the same length and form, as a party that deviates would send it; never the same bytes. */
export function lie(rng: Rng, content: Content, payload: Uint8Array): Uint8Array {
  for (;;) {
    const changed = content === 'elements' ? otherElements(rng, payload) : otherBits(rng, payload);
    if (changed.some((byte, k) => byte !== payload[k])) return changed;
  }
}

function otherElements(rng: Rng, payload: Uint8Array): Uint8Array {
  const out = payload.slice();
  const view = new DataView(out.buffer);
  const n = Math.floor(out.length / 8);
  const words = Array.from({ length: n }, (_, k) => view.getBigUint64(8 * k, true));
  // A digest that travels with shares is no vector of elements (but in one of 4,096 cases it looks like one).
  if (payload.length % 8 !== 0 || words.some((word) => word >= P)) return otherBits(rng, payload);
  const add = (at: number, by: bigint) => {
    view.setBigUint64(8 * at, (view.getBigUint64(8 * at, true) + by) % P, true);
  };
  const element = () => rng.bigint(1n, P - 1n);
  const at = rng.below(n);
  switch (rng.below(5)) {
    case 0:
      add(at, element());
      break;
    case 1:
      add(at, 1n);
      break;
    case 2: {
      // Errors that cancel in a plain sum.
      const by = element();
      add(at, by);
      add((at + 1) % n, P - by);
      break;
    }
    case 3:
      for (let k = 0; k < n; k++) add(k, element());
      break;
    default:
      view.setBigUint64(8 * at, 0n, true);
  }
  return out;
}

function otherBits(rng: Rng, payload: Uint8Array): Uint8Array {
  const out = payload.slice();
  const flip = (bit: number) => {
    const at = bit >> 3;
    out[at] = (out[at] ?? 0) ^ (1 << (bit & 7));
  };
  const bit = rng.below(8 * out.length);
  switch (rng.below(5)) {
    case 0:
      flip(bit);
      break;
    case 1: {
      // Two gates 64 apart: the same lane of two words.
      flip(bit);
      flip((bit + 64) % (8 * out.length));
      break;
    }
    case 2:
      for (let k = 0; k < out.length; k++) out[k] = (out[k] ?? 0) ^ 0xff;
      break;
    case 3:
      for (let k = 0; k < out.length; k++) out[k] = rng.below(256);
      break;
    default:
      for (let k = 0; k < 3; k++) flip(rng.below(8 * out.length));
  }
  return out;
}
