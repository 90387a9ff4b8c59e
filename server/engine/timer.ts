import type { Timer } from '../../src/transport/timer.ts';

/** The event loop's timer, for code in src that takes timers as a parameter. */
export const systemTimer: Timer = {
  start(ms, fn) {
    const handle = setTimeout(fn, ms);
    return () => clearTimeout(handle);
  },
};
