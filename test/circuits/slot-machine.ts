import type { Schedule } from '../../src/circuits/circuit.ts';

/**
 * Runs a schedule as three parties do, on secret-shared planes: party i holds components i (left)
 * and i+1 (right). Between the local AND terms and the end of the round the right components of a
 * layer's results are garbage, as in the real executor, where they are still on the way.
 */
export function runSchedule(
  plan: Schedule,
  inputs: readonly Uint8Array[],
  bytes: number,
  random: () => number,
): Uint8Array[] {
  const garbage = () => Uint8Array.from({ length: bytes }, () => random() & 0xff);
  const slots = () => Array.from({ length: plan.slots }, garbage);
  const parties = [0, 1, 2].map(() => ({ left: slots(), right: slots() }));
  plan.inputSlots.forEach((slot, input) => {
    if (slot === -1) return;
    const [s0, s1] = [garbage(), garbage()];
    const s2 = inputs[input]!.map((byte, i) => byte ^ s0[i]! ^ s1[i]!);
    const shares = [s0, s1, s2];
    parties.forEach((party, i) => {
      party.left[slot] = shares[i]!.slice();
      party.right[slot] = shares[(i + 1) % 3]!.slice();
    });
  });
  const localPart = (code: Int32Array) => {
    parties.forEach((party, i) => {
      run(code, party, [i === 0 ? 0xff : 0, i === 2 ? 0xff : 0]);
    });
  };
  for (const { code, ands, firstSlot } of plan.layers) {
    localPart(code);
    for (let slot = firstSlot; slot < firstSlot + ands; slot += 1) {
      parties.forEach((party, i) => {
        party.right[slot] = parties[(i + 1) % 3]!.left[slot]!.slice();
      });
    }
  }
  localPart(plan.tail);
  return Array.from(plan.outputSlots, (slot) =>
    Uint8Array.from({ length: bytes }, (_, i) =>
      parties.reduce((sum, party) => sum ^ party.left[slot]![i]!, 0),
    ),
  );
}

function run(
  code: Int32Array,
  { left, right }: { left: Uint8Array[]; right: Uint8Array[] },
  [notLeft, notRight]: readonly [number, number],
): void {
  for (let at = 0; at < code.length; at += 4) {
    const [op, dst, a, b] = code.subarray(at, at + 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    const bytes = left[dst]!.length;
    for (let i = 0; i < bytes; i += 1) {
      const [al, ar, bl, br] = [left[a]![i]!, right[a]![i]!, left[b]![i]!, right[b]![i]!];
      if (op === 2) {
        left[dst]![i] = (al & (bl ^ br)) ^ (ar & bl);
        // A result must not be read before the round is over.
        right[dst]![i] = 0x5a ^ i;
        continue;
      }
      left[dst]![i] = op === 0 ? al ^ bl : op === 1 ? al ^ notLeft : op === 3 ? al : 0;
      right[dst]![i] = op === 0 ? ar ^ br : op === 1 ? ar ^ notRight : op === 3 ? ar : 0;
    }
  }
}
