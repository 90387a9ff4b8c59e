import type { Program, Stage } from '../program/program.ts';
import { SCAN_LANES } from '../program/scan-shape.ts';
import { SORT_LANES } from '../program/sort-shape.ts';
import type { Channel } from '../transport/channel.ts';
import type { RoundsDone } from './query.ts';

/**
 * Counts rounds while a program runs. Every message of a round has a step name of its own, `stage.chunk/what`, and
 * chunks that travel in different lanes share their rounds; so a round has begun for each different name, lanes apart.
 */
export class RoundCounter {
  readonly #begun = new Set<string>();
  #total = 0;
  #lanes: readonly number[] = [];

  /** To be told before the program runs: its stages, and how many rounds there will be in all. */
  use(program: Program, total: number): void {
    this.#total = total;
    this.#lanes = program.stages.map(lanesOf);
  }

  get rounds(): RoundsDone {
    return { done: Math.min(this.#begun.size, this.#total), total: this.#total };
  }

  begin(step: string): void {
    this.#begun.add(this.#round(step));
  }

  #round(step: string): string {
    const slash = step.indexOf('/');
    const dot = step.indexOf('.');
    if (dot < 0 || slash < dot) return step;
    const lanes = this.#lanes[Number(step.slice(0, dot))] ?? 1;
    const wave = Math.floor(Number(step.slice(dot + 1, slash)) / lanes);
    return `${step.slice(0, dot)}.${wave}${step.slice(slash)}`;
  }
}

/** Lanes that messages with a number in their name travel in. */
function lanesOf(stage: Stage): number {
  switch (stage.kind) {
    case 'rows':
      return stage.lanes;
    case 'sort':
      return SORT_LANES;
    case 'scan':
      return SCAN_LANES;
    default:
      return 1;
  }
}

/** The same channel, watched: a step counts when it is first sent or waited for. */
export function countRounds(channel: Channel, counter: RoundCounter): Channel {
  return {
    self: channel.self,
    parties: channel.parties,
    get bytesSent() {
      return channel.bytesSent;
    },
    send: (to, step, payload, owned) => {
      counter.begin(step);
      channel.send(to, step, payload, owned);
    },
    receive: (from, step, target, offset, length) => {
      counter.begin(step);
      return channel.receive(from, step, target, offset, length);
    },
    abort: (error) => channel.abort(error),
    close: () => channel.close(),
  };
}
