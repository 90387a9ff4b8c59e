// A level of a quicksort over a table of segments, five numbers each: first place, rows, rows of its sample, rows that join it, pivots.
// What is done and why: src/program/sort-moves.ts, of which this is a copy for many rows.

const SEGMENT: usize = 20;
const PARTS_MAX: u32 = 256;
const NOBODY: u32 = 0xffffffff;

@inline
function word(at: usize, index: u32): u32 {
  return load<u32>(at + (<usize>index << 2));
}

@inline
function put(at: usize, index: u32, value: u32): void {
  store<u32>(at + (<usize>index << 2), value);
}

@inline
function bitAt(bits: usize, at: u32): u32 {
  return (<u32>load<u8>(bits + (at >> 3)) >> (at & 7)) & 1;
}

/** Place of pivot p of `pivots` in a sample: they are evenly spaced. */
@inline
function pivotIndex(p: u32, pivots: u32, sample: u32): u32 {
  return <u32>((<u64>(p + 1) * (<u64>sample + 1)) / (<u64>pivots + 1)) - 1;
}

export function sortPairs(table: usize, count: u32, left: usize, right: usize): void {
  for (let k: u32 = 0; k < count; k++, table += SEGMENT) {
    const start = word(table, 0);
    const end = start + word(table, 1);
    const sample = word(table, 2);
    const first = start + word(table, 3);
    const pivots = word(table, 4);
    const sorted = end - sample;
    for (let e = start; e < first; e++) {
      for (let j = sorted; j < end; j++, left += 4, right += 4) {
        store<u32>(left, e);
        store<u32>(right, j);
      }
      for (let f = e + 1; f < first; f++, left += 4, right += 4) {
        store<u32>(left, e);
        store<u32>(right, f);
      }
    }
    for (let p: u32 = 0; p < pivots; p++) {
      const pivot = sample == 0 ? start + p : sorted + pivotIndex(p, pivots, sample);
      for (let e = first; e < sorted; e++, left += 4, right += 4) {
        store<u32>(left, e);
        store<u32>(right, pivot);
      }
    }
  }
}

/** Puts the sample of a segment in order: places in it of fresh rows, then of old ones, and rows by place. False: outcomes contradict each other. */
function mergeSample(
  bits: usize,
  at: u32,
  start: u32,
  before: u32,
  fresh: u32,
  known: u32,
  places: usize,
  merged: usize,
): bool {
  memory.fill(places, 0, <usize>fresh << 2);
  for (let j = fresh; j < known; j++) put(places, j, j - fresh);
  for (let e: u32 = 0; e < fresh; e++) {
    let less: u32 = 0;
    for (let j = fresh; j < known; j++) {
      const bit = bitAt(bits, at++);
      less += 1 - bit;
      put(places, j, word(places, j) + bit);
    }
    for (let f = e + 1; f < fresh; f++) {
      const bit = bitAt(bits, at++);
      less += 1 - bit;
      put(places, f, word(places, f) + bit);
    }
    put(places, e, word(places, e) + less);
  }
  memory.fill(merged, 0xff, <usize>known << 2);
  for (let e: u32 = 0; e < fresh; e++) put(merged, word(places, e), start + e);
  for (let j = fresh; j < known; j++) put(merged, word(places, j), before + j);
  for (let k: u32 = 0; k < known; k++) if (word(merged, k) == NOBODY) return false;
  return true;
}

/** The part of each of the other rows, and the rows of each part. */
function countParts(
  bits: usize,
  at: u32,
  others: u32,
  pivots: u32,
  parts: usize,
  targets: usize,
): void {
  memory.fill(targets, 0, <usize>(pivots + 1) << 2);
  if (pivots == 1) {
    let greater: u32 = 0;
    for (let e: u32 = 0; e < others; e++) {
      const part = 1 - bitAt(bits, at++);
      put(parts, e, part);
      greater += part;
    }
    put(targets, 0, others - greater);
    put(targets, 1, greater);
    return;
  }
  memory.fill(parts, 0, <usize>others << 2);
  for (let p: u32 = 0; p < pivots; p++) {
    for (let e: u32 = 0; e < others; e++) {
      put(parts, e, word(parts, e) + 1 - bitAt(bits, at++));
    }
  }
  for (let e: u32 = 0; e < others; e++) {
    const part = word(parts, e);
    put(targets, part, word(targets, part) + 1);
  }
}

/** Sorts few numbers. */
function sortFew(at: usize, count: u32): void {
  for (let k: u32 = 1; k < count; k++) {
    const value = word(at, k);
    let j = k;
    for (; j > 0 && word(at, j - 1) > value; j--) put(at, j, word(at, j - 1));
    put(at, j, value);
  }
}

/** Writes a segment's rows to where they are known to belong, and what is left to sort of it to `next`, whose end it returns. */
function place(
  start: u32,
  fresh: u32,
  others: u32,
  pivots: u32,
  moved: usize,
  next: usize,
  scratch: usize,
  merged: usize,
  parts: usize,
): usize {
  const targets = scratch;
  const ends = scratch + (PARTS_MAX << 2);
  let at = start;
  let inSample: u32 = 0;
  for (let part: u32 = 0; part <= pivots; part++) {
    const end = word(ends, part);
    const known = end - inSample;
    const unknown = word(targets, part);
    put(targets, part, at);
    if (unknown > 0 && unknown + known > 1) {
      store<u32>(next, at);
      store<u32>(next, unknown + known, 4);
      store<u32>(next, known, 8);
      next += SEGMENT;
    }
    at += unknown;
    for (; inSample < end; inSample++) put(moved, at++, word(merged, inSample));
    if (part < pivots) put(moved, at++, word(merged, inSample++));
  }
  const first = start + fresh;
  if (pivots == 1) {
    let less = word(targets, 0);
    let greater = word(targets, 1);
    for (let e: u32 = 0; e < others; e++) {
      const part = word(parts, e);
      put(moved, select<u32>(greater, less, part), first + e);
      greater += part;
      less += 1 - part;
    }
    put(targets, 0, less);
    put(targets, 1, greater);
    return next;
  }
  for (let e: u32 = 0; e < others; e++) {
    const part = word(parts, e);
    const to = word(targets, part);
    put(moved, to, first + e);
    put(targets, part, to + 1);
  }
  return next;
}

export function sortTake(
  table: usize,
  count: u32,
  bits: usize,
  moved: usize,
  next: usize,
  scratch: usize,
  rows: u32,
): u32 {
  const ends = scratch + (PARTS_MAX << 2);
  const places = ends + (PARTS_MAX << 2);
  const merged = places + (<usize>rows << 2);
  const parts = merged + (<usize>rows << 2);
  const from = next;
  let at: u32 = 0;
  let end: u32 = 0;
  for (let k: u32 = 0; k < count; k++, table += SEGMENT) {
    const start = word(table, 0);
    const sample = word(table, 2);
    const fresh = word(table, 3);
    const pivots = word(table, 4);
    const known = fresh + sample;
    const others = word(table, 1) - known;
    for (; end < start; end++) put(moved, end, end);
    end = start + word(table, 1);
    if (!mergeSample(bits, at, start, start + others, fresh, known, places, merged)) return NOBODY;
    at += fresh * sample + ((fresh * (fresh - 1)) >> 1);
    countParts(bits, at, others, pivots, parts, scratch);
    at += others * pivots;
    for (let p: u32 = 0; p < pivots; p++) {
      put(ends, p, word(places, sample == 0 ? p : fresh + pivotIndex(p, pivots, sample)));
    }
    if (sample == 0) sortFew(ends, pivots);
    put(ends, pivots, known);
    next = place(start, fresh, others, pivots, moved, next, scratch, merged, parts);
  }
  for (; end < rows; end++) put(moved, end, end);
  return <u32>((next - from) / SEGMENT);
}
