/** Chance that repeats itself: the same seed brings the same history. */
export class Chance {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** From 0 up to 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  /** A whole number below this. */
  below(count: number): number {
    return Math.floor(this.next() * count)
  }

  happens(probability: number): boolean {
    return this.next() < probability
  }

  pick<A>(choices: Iterable<A>): A | undefined {
    const all = [...choices]
    return all[this.below(all.length)]
  }

  /** One of these names, each as likely as its weight. */
  among<Name extends string>(weights: ReadonlyArray<readonly [Name, number]>, otherwise: Name): Name {
    let left = this.next() * weights.reduce((sum, [, weight]) => sum + weight, 0)
    for (const [name, weight] of weights) {
      left -= weight
      if (left < 0) return name
    }
    return otherwise
  }
}
