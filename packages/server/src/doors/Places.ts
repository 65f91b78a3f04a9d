/** So many places for each client. One who has taken none is not remembered, however many clients come. */
export class Places {
  readonly #limit: number
  readonly #taken = new Map<string, number>()

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Whether there was one left. */
  take(client: string): boolean {
    const taken = this.#taken.get(client) ?? 0
    if (taken >= this.#limit) return false
    this.#taken.set(client, taken + 1)
    return true
  }

  /** Gives one back that was taken. */
  leave(client: string): void {
    const left = (this.#taken.get(client) ?? 0) - 1
    if (left > 0) this.#taken.set(client, left)
    else this.#taken.delete(client)
  }
}
