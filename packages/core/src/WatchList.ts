import { DateTime, Deferred, Duration, Effect, Equal, type Option } from "effect"
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
  readonly #waiting = new Map<TaskId, { readonly news: Deferred.Deferred<void>; count: number }>()
  readonly #policy: WatchPlan.WatchPolicy

  constructor(policy: WatchPlan.WatchPolicy) {
    this.#policy = policy
  }

  get(id: TaskId): Followed | undefined {
    return this.#followed.get(id)
  }

  /** Begins to follow a spend, or changes what is known of it. One that was opened again begins anew. */
  put(sighted: Sighted, change: Partial<Omit<Followed, keyof Sighted>>): void {
    const { opening, taskId: id } = sighted.spend
    const known = this.#followed.get(id)
    if (known !== undefined && known.spend.opening > opening) return
    const before = known?.spend.opening === opening ? known : undefined
    this.#followed.set(id, { ...(before ?? untouched), ...sighted, ...change })
    if (before === undefined || !Equal.equals(before.task, sighted.task)) this.#tell(id)
  }

  drop(id: TaskId): void {
    this.#followed.delete(id)
    this.#tell(id)
  }

  /** Waits until something newer than this is known of a task; there may be already. */
  next({ spend, task }: Sighted): Effect.Effect<void> {
    return Effect.suspend(() => {
      const followed = this.#followed.get(spend.taskId)
      return followed !== undefined && Equal.equals(followed.task, task) ? this.#news(spend.taskId) : Effect.void
    })
  }

  /** Those whose turn it is to be looked up. */
  due(now: DateTime.Utc): ReadonlyArray<Followed> {
    return [...this.#followed.values()].filter((followed) =>
      WatchPlan.isDue(
        this.#policy,
        this.#waiting.has(followed.spend.taskId) ? { ...followed, askedAt: now } : followed,
        now
      )
    )
  }

  /** Those whose lease has run for half its time. */
  expiring(now: DateTime.Utc): ReadonlyArray<TaskId> {
    const soon = DateTime.addDuration(now, Duration.divideUnsafe(this.#policy.lease, 2))
    return [...this.#followed.values()].flatMap(({ held, spend }) =>
      held && DateTime.isLessThan(spend.lease.until, soon) ? [spend.taskId] : []
    )
  }

  /** Forgets those that are another process' to follow and that nobody has asked for lately. */
  sweep(now: DateTime.Utc): void {
    for (const [id, { askedAt, held }] of this.#followed) {
      if (!held && !this.#waiting.has(id) && !WatchPlan.isRecent(askedAt, now)) this.#followed.delete(id)
    }
  }

  /** All who wait for the same task wait for the same thing, and without a timer each. */
  #news(id: TaskId): Effect.Effect<void> {
    const place = this.#waiting.get(id) ?? { news: Deferred.makeUnsafe<void>(), count: 0 }
    place.count += 1
    this.#waiting.set(id, place)
    return Deferred.await(place.news).pipe(
      Effect.ensuring(
        Effect.sync(() => {
          place.count -= 1
          if (place.count === 0 && this.#waiting.get(id) === place) this.#waiting.delete(id)
        })
      )
    )
  }

  #tell(id: TaskId): void {
    const place = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (place !== undefined) Deferred.doneUnsafe(place.news, Effect.void)
  }
}

const untouched = { history: WatchPlan.unseen, held: false, lookedUpAt: undefined, askedAt: undefined }
