import { ELEMENT_BYTES, lagrange, mod } from '../field/p61.ts';
import { injectionGroups } from '../program/shapes.ts';
import { componentWeight, leftOf, rightOf } from '../sharing/replicated.ts';
import { pointOf } from '../sharing/shamir.ts';
import { lambdaOf } from './bgw.ts';
import { fillElements, putElements, requireCanonical } from './elements.ts';
import type { Lane, Party } from './party.ts';

/**
 * Bit injection (PROTOCOLS 3.4): a replicated bit b = b_0 ^ b_1 ^ b_2 becomes a Shamir share of b in F_p. With signs
 * s_c = 1 - 2 b_c, b = (1 - s_0 s_1 s_2) / 2. Party q, which knows components q and q + 1, deals u = s_q s_{q+1}; u times the locally
 * shared s_{q+2} is one BGW product [BGW88]. The dealer rotates over thirds of the rows, so that every party sends
 * one element per bit and row, in two rounds. Party q's share of s_{q+2} is 0, so it deals nothing in the second.
 */

/** Constants of this party, precomputed once per query (addresses of five elements, see Kernels.injectDeal). */
export interface Injector {
  readonly deal: number;
  /** Product step for the group dealt by the left neighbour and for that of the right one. */
  readonly productLeft: number;
  readonly productRight: number;
}

/** Precomputes the constants. */
export function injector(party: Party): Injector {
  const { self, committee, arena } = party;
  const nodes = [0n, pointOf(rightOf(self))];
  const own = lagrange(nodes, pointOf(self));
  const send = lagrange(nodes, pointOf(leftOf(self)));
  const constants = [...own, ...send];
  const lambda = lambdaOf(committee, self);
  const k = (component: number) => mod(lambda * componentWeight(component, self));
  return {
    deal: putElements(arena, [...constants, 0n]),
    // In the left neighbour's group the third component is this party's right one, in the right one's its left one.
    productLeft: putElements(arena, [...constants, k(rightOf(self))]),
    productRight: putElements(arena, [...constants, k(self)]),
  };
}

/** A bit column to inject: plane addresses of its two components, and the address of n elements for the result. */
export interface Injection {
  readonly left: number;
  readonly right: number;
  readonly to: number;
}

/** Bytes of scratch memory for {@link inject}; `checked`: whether the lane's witness wants the products. */
export function injectScratchBytes(columns: number, n: number, checked: boolean): number {
  const largest = Math.max(...injectionGroups(n).map((group) => group.rows));
  const witnessed = checked ? (2 + columns) * n : 0;
  return ((1 + 4 * columns) * largest + witnessed) * ELEMENT_BYTES + 64;
}

interface Frame {
  readonly party: Party;
  readonly columns: readonly Injection[];
  readonly groups: ReturnType<typeof injectionGroups>;
  /** Scratch for one group of streamed elements, then outgoing and incoming messages. */
  readonly streamed: number;
  readonly outbox: number;
  readonly inbox: number;
  /** What the witness needs: two columns of signs, then a copy of u for each column. */
  readonly signs: number;
  readonly copies: number;
}

/** Injects all columns of n bits; two rounds. `scratch` must hold {@link injectScratchBytes}; `label` must be fresh. */
export async function inject(
  lane: Lane,
  steps: { readonly deal: string; readonly product: string },
  label: string,
  constants: Injector,
  columns: readonly Injection[],
  n: number,
  scratch: number,
): Promise<void> {
  const { party } = lane;
  const groups = injectionGroups(n);
  const largest = Math.max(...groups.map((group) => group.rows)) * ELEMENT_BYTES;
  const outbox = scratch + largest;
  const inbox = outbox + 2 * columns.length * largest;
  const signs = inbox + 2 * columns.length * largest;
  const copies = signs + 2 * n * ELEMENT_BYTES;
  const frame: Frame = {
    ...{ party, columns, groups, outbox, inbox, signs, copies },
    streamed: scratch,
  };
  await dealRound(lane, steps.deal, `${label}/u`, constants, frame);
  if (lane.witness.isChecked) await witnessDealt(lane, frame, n);
  await productRound(lane, steps.product, `${label}/w`, constants, frame);
  if (lane.witness.isChecked) await witnessProducts(lane, frame, n);
  for (const { to } of columns) party.kernels.injectFinish(to, n);
}

/** Reports u = s_q s_{q+1} for the rows that party q dealt, and keeps a copy of u. */
async function witnessDealt(lane: Lane, frame: Frame, n: number): Promise<void> {
  const { signs, copies } = frame;
  const second = signs + n * ELEMENT_BYTES;
  for (const [k, column] of frame.columns.entries()) {
    writeSigns(frame, column, 0, signs);
    writeSigns(frame, column, 1, second);
    const copy = copies + k * n * ELEMENT_BYTES;
    frame.party.arena.u8.copyWithin(copy, column.to, column.to + n * ELEMENT_BYTES);
    await lane.witness.products([{ x: signs, y: second, z: copy, n }]);
  }
}

/** Reports w = u s_{q+2}. */
async function witnessProducts(lane: Lane, frame: Frame, n: number): Promise<void> {
  const { signs, copies } = frame;
  for (const [k, column] of frame.columns.entries()) {
    writeSigns(frame, column, 2, signs);
    const copy = copies + k * n * ELEMENT_BYTES;
    await lane.witness.products([{ x: copy, y: signs, z: column.to, n }]);
  }
}

/** Writes this party's Shamir shares of the signs of component q + offset, q being the dealer of each row. */
function writeSigns(frame: Frame, column: Injection, offset: number, to: number): void {
  const { arena, kernels, self } = frame.party;
  const mark = arena.mark();
  frame.groups.forEach(({ rows }, dealer) => {
    const component = (dealer + offset) % frame.groups.length;
    const target = elementsAt(frame, to, dealer);
    const held = component === self ? column.left : column.right;
    if (component === self || component === rightOf(self)) {
      const weight = putElements(arena, [componentWeight(component, self)]);
      kernels.fpSigns(bitsAt(frame, held, dealer), weight, target, rows);
    } else {
      kernels.fpFill(putElements(arena, [0n]), target, rows);
    }
  });
  arena.release(mark);
}

function rowsOf(frame: Frame, group: number): number {
  return frame.groups[group]?.rows ?? 0;
}

/** Address of a group's rows in a column of elements, and in a plane of bits. */
function elementsAt(frame: Frame, base: number, group: number): number {
  return base + (frame.groups[group]?.start ?? 0) * ELEMENT_BYTES;
}

function bitsAt(frame: Frame, base: number, group: number): number {
  return base + (frame.groups[group]?.start ?? 0) / 8;
}

async function dealRound(
  lane: Lane,
  step: string,
  label: string,
  constants: Injector,
  frame: Frame,
): Promise<void> {
  const { party, columns, streamed, outbox, inbox } = frame;
  const { self, kernels } = party;
  const [left, right] = [leftOf(self), rightOf(self)];
  const mine = rowsOf(frame, self);
  const own = party.streams.pair(right, `${label}/${self}`);
  columns.forEach((column, k) => {
    fillElements(party, own, streamed, mine);
    const [bl, br] = [bitsAt(frame, column.left, self), bitsAt(frame, column.right, self)];
    const to = elementsAt(frame, column.to, self);
    const send = outbox + k * mine * ELEMENT_BYTES;
    kernels.injectDeal(bl, br, streamed, to, send, constants.deal, mine);
  });
  lane.send(left, step, outbox, columns.length * mine * ELEMENT_BYTES);
  party.log.products(step, columns.length * (mine + rowsOf(frame, left) + rowsOf(frame, right)));
  const fromLeft = party.streams.pair(left, `${label}/${left}`);
  for (const column of columns) {
    fillElements(party, fromLeft, elementsAt(frame, column.to, left), rowsOf(frame, left));
  }
  const theirs = rowsOf(frame, right);
  lane.rounds++;
  await lane.receive(right, step, inbox, columns.length * theirs * ELEMENT_BYTES);
  requireCanonical(party, inbox, columns.length * theirs, right, step);
  columns.forEach((column, k) => {
    const from = inbox + k * theirs * ELEMENT_BYTES;
    party.arena.u8.copyWithin(
      elementsAt(frame, column.to, right),
      from,
      from + theirs * ELEMENT_BYTES,
    );
  });
}

async function productRound(
  lane: Lane,
  step: string,
  label: string,
  constants: Injector,
  frame: Frame,
): Promise<void> {
  const { party, columns, inbox, outbox } = frame;
  const { self, kernels } = party;
  const [left, right] = [leftOf(self), rightOf(self)];
  const sent = dealProducts(frame, label, constants);
  lane.send(left, step, outbox, sent * ELEMENT_BYTES);
  party.log.products(
    step,
    columns.length * frame.groups.reduce((sum, group) => sum + group.rows, 0),
  );
  // The left neighbour deals in the groups of its own two neighbours: first right's, then this party's.
  const fromLeft = party.streams.pair(left, `${label}/${left}`);
  for (const column of columns) {
    const rightRows = rowsOf(frame, right);
    const to = elementsAt(frame, column.to, right);
    fillElements(party, fromLeft, frame.streamed, rightRows);
    kernels.fpAdd(to, frame.streamed, to, rightRows);
    // This party's own share of the dealt u is replaced: its summand in its own group is 0.
    fillElements(party, fromLeft, elementsAt(frame, column.to, self), rowsOf(frame, self));
  }
  // The right neighbour deals, per column, in this party's group and then in the left neighbour's.
  const [mine, lefts] = [rowsOf(frame, self), rowsOf(frame, left)];
  const perColumn = (mine + lefts) * ELEMENT_BYTES;
  lane.rounds++;
  await lane.receive(right, step, inbox, columns.length * perColumn);
  requireCanonical(party, inbox, columns.length * (mine + lefts), right, step);
  columns.forEach((column, k) => {
    const from = inbox + k * perColumn;
    const [toMine, toLeft] = [
      elementsAt(frame, column.to, self),
      elementsAt(frame, column.to, left),
    ];
    kernels.fpAdd(toMine, from, toMine, mine);
    kernels.fpAdd(toLeft, from + mine * ELEMENT_BYTES, toLeft, lefts);
  });
}

/** Deals this party's products in its neighbours' groups; returns the number of elements to send. */
function dealProducts(frame: Frame, label: string, constants: Injector): number {
  const { party, columns, streamed, outbox } = frame;
  const { self, kernels } = party;
  const [left, right] = [leftOf(self), rightOf(self)];
  const own = party.streams.pair(right, `${label}/${self}`);
  let sent = 0;
  for (const column of columns) {
    for (const group of [left, right]) {
      const rows = rowsOf(frame, group);
      const u = elementsAt(frame, column.to, group);
      const bits = bitsAt(frame, group === left ? column.right : column.left, group);
      const roles = group === left ? constants.productLeft : constants.productRight;
      fillElements(party, own, streamed, rows);
      const send = outbox + sent * ELEMENT_BYTES;
      kernels.injectProduct(u, bits, streamed, u, send, roles, rows);
      sent += rows;
    }
  }
  return sent;
}
