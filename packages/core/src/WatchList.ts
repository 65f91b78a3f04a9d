import { DateTime, Duration, type Option } from "effect"
import { leaseDuration } from "./Ledger.ts"
import type { UpstreamTask } from "./ports/ImageUpstream.ts"
import type { Spend } from "./Spend.ts"
import type { TaskId } from "./TaskId.ts"
import * as WatchPlan from "./WatchPlan.ts"

/** A spend, with what the upstream last said of its task. */
export interface Sighted {
  readonly spend: Spend
  readonly task: Option.Option<UpstreamTask>
}

/** A spend that is being followed. */
export interface Followed extends Sighted {
  readonly history: WatchPlan.History
  /** Whether its lease is this process' own; if not, it is followed only while clients ask for it. */
  readonly held: boolean
  readonly lookedUpAt: DateTime.Utc | undefined
  readonly askedAt: DateTime.Utc | undefined
}

/** What the watcher has in mind: the spends it follows, in memory only. */
export class WatchList {
  readonly #followed = new Map<TaskId, Followed>()
  readonly #policy: WatchPlan.WatchPolicy

  constructor(policy: WatchPlan.WatchPolicy) {
    this.#policy = policy
  }

  get(id: TaskId): Followed | undefined {
    return this.#followed.get(id)
  }

  /** Begins to follow a spend, or changes what is known of it. */
  put(sighted: Sighted, change: Partial<Omit<Followed, keyof Sighted>>): void {
    const before = this.#followed.get(sighted.spend.taskId) ?? untouched
    this.#followed.set(sighted.spend.taskId, { ...before, ...change, ...sighted })
  }

  drop(id: TaskId): void {
    this.#followed.delete(id)
  }

  /** Those whose turn it is to be looked up. */
  due(now: DateTime.Utc): ReadonlyArray<Followed> {
    return [...this.#followed.values()].filter((followed) => WatchPlan.isDue(this.#policy, followed, now))
  }

  /** Those whose lease has run for half its time. */
  expiring(now: DateTime.Utc): ReadonlyArray<TaskId> {
    const soon = DateTime.addDuration(now, Duration.divideUnsafe(leaseDuration, 2))
    return [...this.#followed.values()].flatMap(({ held, spend }) =>
      held && DateTime.isLessThan(spend.lease.until, soon) ? [spend.taskId] : []
    )
  }

  /** Forgets those that are another process' to follow and that nobody has asked for lately. */
  sweep(now: DateTime.Utc): void {
    for (const [id, { askedAt, held }] of this.#followed) {
      if (!held && !WatchPlan.isRecent(askedAt, now)) this.#followed.delete(id)
    }
  }
}

const untouched = { history: WatchPlan.unseen, held: false, lookedUpAt: undefined, askedAt: undefined }
