import { DateTime, Deferred, Duration, Effect, Equal, Option } from "effect"
import type { UpstreamTask } from "./ports/ImageUpstream.ts"
import type { Spend } from "./Spend.ts"
import type { TaskId } from "./TaskId.ts"
import * as WatchPlan from "./WatchPlan.ts"

/** A spend, with what the upstream last said of its task. */
export interface Sighted {
  readonly spend: Spend
  readonly task: Option.Option<UpstreamTask>
}

/** A spend that is being followed: as long as its lease is this process' own, or clients ask for it here. */
export interface Followed extends Sighted {
  readonly history: WatchPlan.History
  readonly lookedUpAt: DateTime.Utc | undefined
  readonly askedAt: DateTime.Utc | undefined
}

/** What the watcher has in mind: the spends it follows, in memory only. */
export class WatchList {
  readonly #followed = new Map<TaskId, Followed>()
  readonly #waiting = new Map<TaskId, { readonly news: Deferred.Deferred<void>; count: number }>()
  readonly #policy: WatchPlan.WatchPolicy
  readonly #holder: string

  /** `holder` is this process, as its leases name it. */
  constructor(policy: WatchPlan.WatchPolicy, holder: string) {
    this.#policy = policy
    this.#holder = holder
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
    const spend = before === undefined ? sighted.spend : later(before.spend, sighted.spend)
    this.#followed.set(id, { ...(before ?? untouched), ...sighted, spend, ...change })
    if (before === undefined || !Equal.equals(before.task, sighted.task)) this.#tell(id)
  }

  /** A spend as the books have it, with what is known of its task. */
  note(spend: Spend, change: Partial<Omit<Followed, keyof Sighted>> = {}): void {
    const known = this.#followed.get(spend.taskId)
    this.put({ spend, task: known?.spend.opening === spend.opening ? known.task : Option.none() }, change)
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
    return [...this.#followed.values()].filter((followed) => {
      const { spend } = followed
      const task = this.#waiting.has(spend.taskId) ? { ...followed, askedAt: now } : followed
      if (WatchPlan.isElsewhere(spend, this.#holder, now)) return WatchPlan.isDueElsewhere(this.#policy, task, now)
      return (this.#isHeld(spend) || WatchPlan.isRecent(task.askedAt, now)) && WatchPlan.isDue(this.#policy, task, now)
    })
  }

  /** Those of which the books may know more: others hold them, and clients wait for them here or their lease ran out. */
  stale(now: DateTime.Utc): ReadonlyArray<TaskId> {
    return [...this.#followed.values()].flatMap(({ spend }) =>
      !this.#isHeld(spend) && (this.#waiting.has(spend.taskId) || !WatchPlan.isElsewhere(spend, this.#holder, now))
        ? [spend.taskId]
        : []
    )
  }

  /** Those whose lease has run for half its time. */
  expiring(now: DateTime.Utc): ReadonlyArray<TaskId> {
    const soon = DateTime.addDuration(now, Duration.divideUnsafe(this.#policy.lease, 2))
    return [...this.#followed.values()].flatMap(({ spend }) =>
      this.#isHeld(spend) && DateTime.isLessThan(spend.lease.until, soon) ? [spend.taskId] : []
    )
  }

  /**
   * Forgets those that are another process' to follow and that nobody has asked for lately, but no sooner than it would
   * look them up again: who asks seldom costs no more than who asks often.
   */
  sweep(now: DateTime.Utc): void {
    for (const [id, { askedAt, lookedUpAt, spend }] of this.#followed) {
      const isKept = this.#isHeld(spend) || this.#waiting.has(id) || WatchPlan.isRecent(askedAt, now)
      if (!isKept && !WatchPlan.isFresh(this.#policy, spend, lookedUpAt, now)) this.#followed.delete(id)
    }
  }

  #isHeld({ lease }: Spend): boolean {
    return lease.holder === this.#holder
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

const untouched = { history: WatchPlan.unseen, lookedUpAt: undefined, askedAt: undefined }

/** Of two looks at the same opening, the one that saw the later lease: a look-up may end after its spend was renewed. */
const later = (one: Spend, other: Spend): Spend =>
  DateTime.isGreaterThan(one.lease.until, other.lease.until) ? one : other
