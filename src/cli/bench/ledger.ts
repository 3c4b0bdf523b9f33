/**
 * Which messages of each stream every receiver has got. A place is a receiver of a stream; numbers count from 0 and
 * should come one after the other.
 */
export class Ledger {
  delivered = 0;
  duplicated = 0;
  outOfOrder = 0;
  readonly #next: Int32Array;
  readonly #holes = new Map<number, Set<number>>();

  constructor(places: number) {
    this.#next = new Int32Array(places);
  }

  take(place: number, number: number): Taken {
    const next = this.#next[place] ?? 0;
    if (number < next) return this.#takeLate(place, number);
    // What is passed over was refused, is lost, or will come too late: that is seen at the end, or when it comes.
    for (let missing = next; missing < number; missing += 1) this.#holesOf(place).add(missing);
    this.#next[place] = number + 1;
    this.delivered += 1;
    return 'next';
  }

  #takeLate(place: number, number: number): Taken {
    if (!this.#holesOf(place).delete(number)) {
      this.duplicated += 1;
      return 'again';
    }
    this.outOfOrder += 1;
    this.delivered += 1;
    return 'late';
  }

  #holesOf(place: number): Set<number> {
    let holes = this.#holes.get(place);
    if (holes === undefined) this.#holes.set(place, (holes = new Set()));
    return holes;
  }
}

/** The next one or one after it; one that others overtook; one that was there already. */
export type Taken = 'next' | 'late' | 'again';
