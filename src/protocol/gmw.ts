import type { Schedule } from '../circuits/circuit.ts';
import type { ByteStream } from '../crypto/provider.ts';
import type { Arena } from '../field/arena.ts';
import { andBytes } from '../program/shapes.ts';
import { leftOf, rightOf } from '../sharing/replicated.ts';
import type { Lane, Party } from './party.ts';
import type { AndRecord } from './witness.ts';

/**
 * Boolean circuits gate by gate in the manner of [GMW87] on replicated XOR shares of three parties [AFLNO16]: XOR and
 * NOT are local; for an AND, party i computes z_i = x_i y_i ^ x_i y_{i+1} ^ x_{i+1} y_i ^ rho_i ^ rho_{i+1} and sends it to party
 * i - 1: one bit per gate, row and party. rho_i is a stream of the parties i - 1 and i, so the masks cancel.
 */

/** A schedule whose gate code lies in the arena, shared by all chunks of a stage. */
export interface LoadedCircuit {
  readonly schedule: Schedule;
  /** ANDs of the largest layer if operands are captured for the witness, else 0. */
  readonly captured: number;
  readonly layers: readonly {
    readonly code: number;
    readonly count: number;
    readonly ands: number;
    readonly firstSlot: number;
  }[];
  readonly tail: { readonly code: number; readonly count: number };
}

/**
 * Where the planes of a chunk live: slot s has its left component at left + s * stride, likewise right. `capture` is room for
 * the operands of a layer. See {@link planeFile}.
 */
export interface PlaneFile {
  readonly left: number;
  readonly right: number;
  readonly stride: number;
  readonly capture: number;
}

/** Longest piece that is masked at once: AES-CTR slows down on larger ones. */
const MASK_BYTES_MAX = 1 << 20;
const WORDS_PER_GATE = 4;

/** Components of the operands of an AND: xl, xr, yl, yr. */
const OPERANDS = 4;

/** Copies the gate code of a schedule into the arena, to be run in this lane and those forked from it. */
export function loadCircuit(lane: Lane, schedule: Schedule): LoadedCircuit {
  const { arena } = lane.party;
  const put = (code: Int32Array) => {
    const address = arena.alloc(code.byteLength);
    arena.u8.set(new Uint8Array(code.buffer, code.byteOffset, code.byteLength), address);
    return { code: address, count: code.length / WORDS_PER_GATE };
  };
  const largest = schedule.layers.reduce((most, { ands }) => Math.max(most, ands), 0);
  return {
    schedule,
    captured: lane.witness.isChecked ? largest : 0,
    layers: schedule.layers.map(({ code, ands, firstSlot }) => ({ ...put(code), ands, firstSlot })),
    tail: put(schedule.tail),
  };
}

/** Bytes of a {@link planeFile} for a circuit at a stride: both components, and what is captured. */
export function planeFileBytes(circuit: LoadedCircuit, stride: number): number {
  return (2 * Math.max(1, circuit.schedule.slots) + OPERANDS * circuit.captured) * stride;
}

/** A plane file in {@link planeFileBytes} at `address`. */
export function planeFile(circuit: LoadedCircuit, address: number, stride: number): PlaneFile {
  const right = address + Math.max(1, circuit.schedule.slots) * stride;
  return { left: address, right, stride, capture: 2 * right - address };
}

/**
 * Evaluates the circuit over `rows` rows whose input planes are loaded; afterwards the output slots hold shares of the
 * outputs. `stepOf` names the message of each layer; `label` names the mask streams and must be fresh. The witness gets what
 * each layer sent: bits beyond the rows travel with them, so they are verified too.
 */
export async function runCircuit(
  lane: Lane,
  circuit: LoadedCircuit,
  file: PlaneFile,
  rows: number,
  label: string,
  stepOf: (layer: number) => string,
): Promise<void> {
  const { party } = lane;
  const left = leftOf(party.self);
  const right = rightOf(party.self);
  const { stride } = file;
  const packed = andBytes(rows);
  const masks =
    circuit.layers.length > 0
      ? [party.streams.pair(left, `${label}/z`), party.streams.pair(right, `${label}/z`)]
      : [];
  for (const [layer, { code, count, ands, firstSlot }] of circuit.layers.entries()) {
    const step = stepOf(layer);
    const bytes = ands * packed;
    if (circuit.captured > 0) evaluateRecorded(party, code, count, file, bytes, packed);
    else evaluate(party, code, count, file);
    const own = file.left + firstSlot * stride;
    const theirs = file.right + firstSlot * stride;
    pack(party.arena, own, ands, stride, packed);
    const masked = maskInPlace(party.arena, masks, own, bytes);
    party.channel.send(left, step, masked, true);
    party.log.ands(step, ands, rows);
    lane.rounds++;
    await lane.receive(right, step, theirs, bytes);
    if (circuit.captured > 0) await lane.witness.ands(recordOf(file.capture, own, theirs, bytes));
    unpack(party.arena, own, ands, stride, packed);
    unpack(party.arena, theirs, ands, stride, packed);
  }
  evaluate(party, circuit.tail.code, circuit.tail.count, file);
}

/** Moves the first bytes of `planes` planes together; nothing to do for long planes, which travel whole. */
function pack(arena: Arena, address: number, planes: number, stride: number, bytes: number): void {
  if (bytes === stride) return;
  const { u8 } = arena;
  for (let k = 1; k < planes; k++) {
    u8.copyWithin(address + k * bytes, address + k * stride, address + k * stride + bytes);
  }
}

/** Undoes {@link pack}; what did not travel becomes 0 at both holders of a component. */
function unpack(
  arena: Arena,
  address: number,
  planes: number,
  stride: number,
  bytes: number,
): void {
  if (bytes === stride) return;
  const { u8 } = arena;
  for (let k = planes - 1; k >= 0; k--) {
    const [from, to] = [address + k * bytes, address + k * stride];
    u8.copyWithin(to, from, from + bytes);
    u8.fill(0, to + bytes, to + stride);
  }
}

/** Which components NOT flips at a party: only component 0, the left one of party 0 and the right one of party 2. */
function flips({ self }: Party): readonly [number, number] {
  return [self === 0 ? -1 : 0, self === 2 ? -1 : 0];
}

function evaluate(party: Party, code: number, count: number, file: PlaneFile): void {
  if (count === 0) return;
  const { left, right, stride } = file;
  party.kernels.evalGates(code, count, left, right, stride, stride, ...flips(party));
}

/** {@link evaluate} that captures the operands of all ANDs, packed as they travel: `bytes` bytes of each component. */
function evaluateRecorded(
  party: Party,
  code: number,
  count: number,
  { left, right, stride, capture }: PlaneFile,
  bytes: number,
  packed: number,
): void {
  const [notLeft, notRight] = flips(party);
  party.kernels.evalGatesRecorded(
    code,
    count,
    left,
    right,
    stride,
    stride,
    notLeft,
    notRight,
    capture,
    bytes,
    packed,
  );
}

/** What a layer leaves to verify: captured operands, own and received results as they travelled. */
function recordOf(capture: number, own: number, theirs: number, bytes: number): AndRecord {
  const operand = (k: number) => capture + k * bytes;
  return { columns: [operand(0), operand(1), operand(2), operand(3), own, theirs], bytes };
}

/** Adds the mask streams to the bytes in the arena and returns a copy of the result for sending. */
function maskInPlace(
  arena: Arena,
  masks: readonly ByteStream[],
  address: number,
  bytes: number,
): Uint8Array {
  const mask = (view: Uint8Array) => masks.reduce((data, stream) => stream.mask(data), view);
  const u8 = arena.u8;
  if (bytes <= MASK_BYTES_MAX) {
    const masked = mask(u8.subarray(address, address + bytes));
    u8.set(masked, address);
    return masked;
  }
  const out = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += MASK_BYTES_MAX) {
    const end = Math.min(bytes, at + MASK_BYTES_MAX);
    out.set(mask(u8.subarray(address + at, address + end)), at);
  }
  u8.set(out, address);
  return out;
}
