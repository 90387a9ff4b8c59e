import { TacitError } from '../../errors/tacit-error.ts';
import type { FrameBound, WindowFrame } from '../../parser/syntax.ts';
import { foldScalar } from '../logical/fold.ts';
import type { Frame } from '../logical/plan.ts';
import type { Binder } from './binder.ts';
import { integerOf } from './doubles.ts';
import { bindScalar } from './expression.ts';

/** All rows of the partition. */
export const WHOLE: Frame = { peers: false };
/** From the first row of the partition to the last one that is equal in order. */
export const TO_PEERS: Frame = { end: 0n, peers: true };

/** Binds ROWS, RANGE or GROUPS BETWEEN …; without one a window is the partition up to the row and its peers. */
export function bindFrame(binder: Binder, frame: WindowFrame | undefined, ordered: boolean): Frame {
  if (frame === undefined) return ordered ? TO_PEERS : WHOLE;
  const { unit, start, end, at } = frame;
  if (isUnbounded(start, 'following') || isUnbounded(end, 'preceding')) {
    const which = isUnbounded(start, 'following') ? 'start' : 'end';
    const message = `a frame cannot ${which} with UNBOUNDED ${which === 'start' ? 'FOLLOWING' : 'PRECEDING'}`;
    throw new TacitError('SQL_SYNTAX', message, at);
  }
  if (unit !== 'rows') return ofPeers(frame, ordered);
  const [from, to] = [distanceOf(binder, start), distanceOf(binder, end)];
  if (from !== undefined && to !== undefined && from > to) {
    throw new TacitError('SQL_UNSUPPORTED', 'a frame that ends before it starts is empty', at);
  }
  return {
    ...(from === undefined ? {} : { start: from }),
    ...(to === undefined ? {} : { end: to }),
    peers: false,
  };
}

function isUnbounded(bound: FrameBound, direction: FrameBoundDirection): boolean {
  return bound.kind === 'unbounded' && bound.direction === direction;
}

type FrameBoundDirection = Extract<FrameBound, { readonly kind: 'unbounded' }>['direction'];

function ofPeers({ unit, start, end, at }: WindowFrame, ordered: boolean): Frame {
  const isWhole = start.kind === 'unbounded' && end.kind === 'unbounded';
  const allEqual = !ordered && start.kind !== 'offset' && end.kind !== 'offset';
  if (isWhole || allEqual) return WHOLE;
  if (start.kind === 'unbounded' && end.kind === 'current') return TO_PEERS;
  throw new TacitError(
    'SQL_UNSUPPORTED',
    `${unit.toUpperCase()} frames other than BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW or UNBOUNDED FOLLOWING are not supported; use ROWS`,
    at,
  );
}

/** Rows from this one on; undefined: as far as there are any. */
function distanceOf(binder: Binder, bound: FrameBound): bigint | undefined {
  if (bound.kind === 'unbounded') return undefined;
  if (bound.kind === 'current') return 0n;
  const scalar = foldScalar(bindScalar(binder, bound.count));
  const count = scalar.type.kind === 'integer' ? integerOf(scalar) : undefined;
  if (count === undefined || count < 0n) {
    const message = 'a frame takes a constant number of rows, 0 or more';
    throw new TacitError('SQL_TYPE', message, bound.count.at);
  }
  return bound.direction === 'preceding' ? -count : count;
}
