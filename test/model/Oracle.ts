import type { Account, CheckIn } from "@scnmnt/core/Account"
import type { Fingerprint } from "@scnmnt/core/Fingerprint"
import type { Opening, Receipt, Spend, SpendRequest, SpendState } from "@scnmnt/core/Spend"
import type { TaskId } from "@scnmnt/core/TaskId"

/** What an account has done, counted. */
interface Counts {
  granted: number
  open: number
  settled: number
  lastDay: string
}

/** One task's charge: how often it was opened, since when, and where it stands. */
export interface Charge {
  readonly account: Fingerprint
  readonly hash: string
  readonly opening: number
  readonly openedAt: number
  state: SpendState
  endedAt: number
}

/**
 * The books as they should be, kept beside the real ones from what was asked of them. What the real ones answered
 * otherwise, and all else that must never be, it writes down.
 */
export class Oracle {
  readonly accounts = new Map<Fingerprint, Counts>()
  readonly charges = new Map<TaskId, Charge>()
  readonly violations: Array<string> = []

  /** Writes down what must never be, if it is. */
  check(holds: boolean, otherwise: () => string): void {
    if (!holds) this.violations.push(otherwise())
  }

  /** Every account's counts, added up. */
  sums() {
    const sums = { granted: 0, open: 0, settled: 0 }
    for (const { granted, open, settled } of this.accounts.values()) {
      sums.granted += granted
      sums.open += open
      sums.settled += settled
    }
    return sums
  }

  balance(account: Fingerprint): number {
    const { granted, open, settled } = this.#counts(account)
    return granted - open - settled
  }

  checkedIn(account: Fingerprint, { day, grant, cap }: CheckIn, answer: Account): void {
    const counts = this.#counts(account)
    const credits = Math.min(grant, cap - this.balance(account))
    if (counts.lastDay < day && credits > 0) {
      counts.granted += credits
      counts.lastDay = day
    }
    this.#checkBalance(account, answer.balance, "check-in")
  }

  /** A spend was asked for; tells what it should have led to. */
  spent(request: SpendRequest, answer: Receipt | string, now: number): void {
    const before = this.charges.get(request.taskId)
    const expected = this.#spend(request, before, now)
    const told = typeof answer === "string" ? answer : answer.opened ? "opened" : `is ${nameOf(answer.spend.state)}`
    this.check(told === expected, () => `spend ${request.taskId}: ${told}, should be: ${expected}`)
    if (typeof answer !== "string") this.#checkBalance(request.account, answer.balance, "spend")
  }

  #spend(request: SpendRequest, before: Charge | undefined, now: number): string {
    if (before !== undefined && before.hash !== request.requestHash) return "IdempotencyKeyReused"
    if (before !== undefined && !mayReopen(before.state)) return `is ${nameOf(before.state)}`
    if (this.balance(request.account) < 1) return "InsufficientCredits"
    this.#counts(request.account).open += 1
    this.charges.set(request.taskId, {
      account: request.account,
      hash: request.requestHash,
      opening: (before?.opening ?? 0) + 1,
      openedAt: now,
      state: { _tag: "Open" },
      endedAt: Infinity
    })
    return "opened"
  }

  /** Whether this very charge is open: not ended, and not one that came before it. */
  isOpen({ taskId, opening }: Opening): boolean {
    const charge = this.charges.get(taskId)
    return charge?.state._tag === "Open" && charge.opening === opening
  }

  /** A charge was to end like this: the first end wins. */
  ended(opening: Opening, state: SpendState, answer: Spend, now: number): void {
    const id = opening.taskId
    const charge = this.charges.get(id)
    if (charge === undefined) {
      this.violations.push(`an end for ${id}, which was never opened`)
      return
    }
    if (this.isOpen(opening)) {
      const counts = this.#counts(charge.account)
      counts.open -= 1
      if (state._tag === "Settled") counts.settled += 1
      charge.state = state
      charge.endedAt = now
    }
    this.check(
      nameOf(answer.state) === nameOf(charge.state),
      () => `the end of ${id}: ${nameOf(answer.state)}, should be: ${nameOf(charge.state)}`
    )
  }

  /** Ended charges were folded; they still count. */
  folded(before: number, answer: number): void {
    const old = [...this.charges].filter(([, { endedAt }]) => endedAt < before)
    old.forEach(([id]) => this.charges.delete(id))
    this.check(answer === old.length, () => `folded ${answer}, should be: ${old.length}`)
  }

  #counts(account: Fingerprint): Counts {
    const counts = this.accounts.get(account) ?? { granted: 0, open: 0, settled: 0, lastDay: "" }
    this.accounts.set(account, counts)
    return counts
  }

  #checkBalance(account: Fingerprint, balance: number, what: string): void {
    const expected = this.balance(account)
    this.check(balance === expected && balance >= 0, () => `${what}: balance ${balance}, should be: ${expected}`)
  }
}

export const nameOf = (state: SpendState): string =>
  state._tag === "Refunded" ? `Refunded ${state.reason}` : state._tag

const mayReopen = (state: SpendState) =>
  state._tag === "Refunded" && ["rejected", "unavailable", "not-accepted"].includes(state.reason)
