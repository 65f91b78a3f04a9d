/** Values by their keys: those that were used last, as far as their sizes add up to no more than a limit. */
export class LatestBySize<K, V> {
  /** The one that was used last stands last. */
  readonly #kept = new Map<K, { readonly value: V; readonly size: number }>()
  readonly #limit: number
  #size = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get(key: K): V | undefined {
    const kept = this.#kept.get(key)
    if (kept === undefined) return undefined
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    return kept.value
  }

  /** One that is larger than the limit by itself is not kept, and no other goes for it. */
  set(key: K, value: V, size: number): void {
    this.delete(key)
    if (size > this.#limit) return
    this.#kept.set(key, { value, size })
    this.#size += size
    for (const oldest of this.#kept.keys()) {
      if (this.#size <= this.#limit) return
      this.delete(oldest)
    }
  }

  delete(key: K): void {
    this.#size -= this.#kept.get(key)?.size ?? 0
    this.#kept.delete(key)
  }
}
