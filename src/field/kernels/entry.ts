import { GF_BLOCKS_END } from './bytes';

export {
  fpAdd,
  fpAxpy,
  fpFill,
  fpLin2,
  fpMul,
  fpScale,
  fpSub,
  injectFinish,
} from './elementwise';
export { evalGates, evalGatesRecorded } from './gates';
export { gather64 } from './gather';
export { gfCorners } from './gf-corners';
export { gfAxpy, gfTables } from './gf-elementwise';
export { gfFoldBits, gfWeigh } from './gf-fold';
export { gfDot, gfHorner } from './gf-sums';
export { fpDotLines, fpFoldLines } from './lines';
export { andReplicated, not, xor } from './planes';
export { planesToWords } from './planes-to-words';
export { fpCanonical, fpDot, fpSample, fpSum } from './reductions';
export { fpMulReshare, fpReshare, injectDeal, injectProduct } from './reshare';
export { fpSigns } from './signs';
export { sortPairs, sortTake } from './sort-moves';
export { wordsToPlanes } from './words-to-planes';

/** First address after the kernels' scratch; the build checks that it is reserved. */
export const reservedEnd: usize = GF_BLOCKS_END;
