/** Waiting items of several analysts: round robin over analysts, first in, first out for each. */
export class FairQueue<T> {
  /** In the order of their next turn; nobody has an empty list. */
  readonly #byAnalyst = new Map<string, T[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** How many items of the analyst wait. */
  sizeOf(analyst: string): number {
    return this.#byAnalyst.get(analyst)?.length ?? 0;
  }

  add(analyst: string, item: T): void {
    const own = this.#byAnalyst.get(analyst);
    if (own === undefined) this.#byAnalyst.set(analyst, [item]);
    else own.push(item);
    this.#size++;
  }

  /**
   * Takes out the item whose turn it is; its analyst's other items wait for all other analysts' turns. Analysts who are not
   * preferred come after all who are.
   */
  next(isPreferred: (analyst: string) => boolean = () => true): T | undefined {
    const analysts = [...this.#byAnalyst.keys()];
    const analyst = analysts.find(isPreferred) ?? analysts[0];
    const own = analyst === undefined ? undefined : this.#byAnalyst.get(analyst);
    if (analyst === undefined || own === undefined) return undefined;
    const item = own.shift();
    this.#byAnalyst.delete(analyst);
    if (own.length > 0) this.#byAnalyst.set(analyst, own);
    this.#size--;
    return item;
  }

  /** Takes an item out of the queue; false if it is not in it. */
  remove(analyst: string, item: T): boolean {
    const own = this.#byAnalyst.get(analyst);
    const at = own?.indexOf(item) ?? -1;
    if (own === undefined || at < 0) return false;
    own.splice(at, 1);
    if (own.length === 0) this.#byAnalyst.delete(analyst);
    this.#size--;
    return true;
  }

  /** The item's place, 1 if it is next, as long as nobody joins and all are preferred; undefined if it does not wait. */
  placeOf(analyst: string, item: T): number | undefined {
    const at = this.#byAnalyst.get(analyst)?.indexOf(item) ?? -1;
    if (at < 0) return undefined;
    let place = at + 1;
    let isBefore = true;
    for (const [other, { length }] of this.#byAnalyst) {
      if (other === analyst) isBefore = false;
      else place += Math.min(length, isBefore ? at + 1 : at);
    }
    return place;
  }
}
