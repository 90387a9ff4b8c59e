import { threadEnded } from './first-message.ts';
import { fromPlain, type PlainError } from './messages.ts';

/** What a thread says to a call: its result, or why there is none. */
type Said = { readonly call: number };
type Failure = Said & { readonly kind: 'failure'; readonly error: PlainError };

interface Call<Reply> {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

/** Calls to a thread that are under way, each with a number of its own; after the thread's end every call rejects. */
export class PendingCalls<Reply extends Said> {
  readonly #what: string;
  readonly #calls = new Map<number, Call<Reply>>();
  #next = 0;
  #hasEnded = false;

  /** `what`: the thread's name in errors; `ended` resolves when it has ended. */
  constructor(what: string, ended: Promise<unknown>) {
    this.#what = what;
    void ended.then(() => this.#failAll());
  }

  /** A number that no other call has. */
  number(): number {
    return this.#next++;
  }

  /** Posts the message of a call; resolves with what the thread says to it. */
  ask(call: number, post: () => void): Promise<Reply> {
    if (this.#hasEnded) return Promise.reject(threadEnded(this.#what));
    return new Promise((resolve, reject) => {
      this.#calls.set(call, { resolve, reject });
      post();
    });
  }

  /** Settles the call that the thread speaks of. */
  settle(said: Reply | Failure): void {
    const call = this.#calls.get(said.call);
    this.#calls.delete(said.call);
    if (isFailure(said)) call?.reject(fromPlain(said.error));
    else call?.resolve(said);
  }

  #failAll(): void {
    this.#hasEnded = true;
    for (const call of this.#calls.values()) call.reject(threadEnded(this.#what));
    this.#calls.clear();
  }
}

function isFailure(said: Said): said is Failure {
  return 'kind' in said && said.kind === 'failure';
}
