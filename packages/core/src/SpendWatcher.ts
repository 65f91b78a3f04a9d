import { Array, Context, DateTime, Duration, Effect, Layer, Option, Ref, Result, Schedule } from "effect"
import * as FinishedTasks from "./FinishedTasks.ts"
import { ImageUpstream, LookUpError } from "./ports/ImageUpstream.ts"
import { QuotaStore, type QuotaUnavailable } from "./ports/QuotaStore.ts"
import type { Spend } from "./Spend.ts"
import * as SpendEnding from "./SpendEnding.ts"
import type { TaskId } from "./TaskId.ts"
import { type Followed, type Sighted, WatchList } from "./WatchList.ts"
import * as WatchPlan from "./WatchPlan.ts"

/**
 * Follows every open spend to its end, whether anybody asks for it or not: those of this process, and those that a dead
 * one left behind. It alone looks tasks up, so that what this costs grows with the tasks and not with the clients. What
 * another process follows is looked up here for those alone who ask here, and rarely: that it has ended, the books tell.
 */
export class SpendWatcher extends Context.Service<
  SpendWatcher,
  {
    /** Follows a spend that this process has opened and submitted. */
    follow(sighted: Sighted): Effect.Effect<void>
    /**
     * A spend as it stands, with what the upstream last said of its task. Asks only for what is neither followed nor
     * remembered: an image that came with the answer may be forgotten, and is asked for again if it is wanted.
     */
    sight(spend: Spend, wanted?: FinishedTasks.Wanted): Effect.Effect<Sighted, QuotaUnavailable>
    /** The same of a spend that is remembered as settled, which it stays: nobody has to be asked, the books included. */
    recall(id: TaskId, wanted?: FinishedTasks.Wanted): Effect.Effect<Sighted | undefined>
    /** Waits until more is known of a spend than this: its task is further on, or has ended. */
    next(sighted: Sighted): Effect.Effect<void>
  }
>()("@scnmnt/core/SpendWatcher") {}

/** The watcher, at work as long as the layer lives. */
export const layer = Layer.effect(
  SpendWatcher,
  Effect.gen(function* () {
    const context = yield* Effect.context<QuotaStore | ImageUpstream>()
    const policy = yield* WatchPlan.WatchPolicy
    const { holder } = yield* QuotaStore
    const watch: Watch = {
      policy,
      list: new WatchList(policy, holder),
      finished: yield* FinishedTasks.make,
      blindness: yield* Ref.make(seeing)
    }
    yield* Effect.forkScoped(rounds(watch))
    return SpendWatcher.of({
      follow: (sighted) =>
        Effect.map(DateTime.now, (now) => {
          // What the upstream has accepted it can lose, but it can't be said any more that it never had it.
          const history = { ...WatchPlan.unseen, seen: Option.isSome(sighted.task) }
          watch.list.put(sighted, { history, lookedUpAt: now, askedAt: now })
        }),
      recall: (id, wanted = shown) => watch.finished.recall(id, wanted),
      sight: (spend, wanted = shown) =>
        Effect.filterOrElse(
          known(watch, spend, wanted),
          (sighted) => sighted !== undefined,
          () => Effect.provideContext(look(watch, { spend, task: Option.none(), history: WatchPlan.unseen }), context)
        ),
      next: (sighted) => watch.list.next(sighted)
    })
  })
)

/** To show a task takes no image. */
const shown: FinishedTasks.Wanted = { withImage: false }

interface Watch {
  readonly policy: WatchPlan.WatchPolicy
  readonly list: WatchList
  readonly finished: Effect.Success<typeof FinishedTasks.make>
  readonly blindness: Ref.Ref<Blindness>
}

/** How many rounds in a row brought no answer at all, and until when the upstream is left alone for it. */
interface Blindness {
  readonly rounds: number
  readonly until: DateTime.Utc | undefined
}
const seeing: Blindness = { rounds: 0, until: undefined }

/** What is known of a spend without a look-up of its own; one that is open is followed from now on. */
const known = Effect.fnUntraced(function* (
  watch: Watch,
  spend: Spend,
  wanted: FinishedTasks.Wanted
): Effect.fn.Return<Sighted | undefined> {
  if (spend.state._tag === "Refunded") {
    return { spend, task: Option.none() }
  }
  if (spend.state._tag === "Settled") {
    // An upstream that can't be asked does not keep the caller from hearing that there is an image.
    return { spend, task: yield* Effect.orElseSucceed(watch.finished.get(spend, wanted), () => Option.none()) }
  }
  const before = watch.list.get(spend.taskId)
  watch.list.note(spend, { askedAt: yield* DateTime.now })
  return before === undefined || before.spend.opening < spend.opening ? undefined : watch.list.get(spend.taskId)
})

/** Looks a task up, and brings its spend to where that leads. */
const look = Effect.fnUntraced(function* (
  { finished, list, policy }: Watch,
  { history, spend, task }: Pick<Followed, "history" | "spend" | "task">
) {
  const upstream = yield* ImageUpstream
  const sighting = yield* upstream.lookUp(spend.taskId).pipe(
    // However a look-up breaks, the deadline is kept.
    Effect.catchDefect((defect) => Effect.andThen(Effect.logError("a look-up broke", defect), new LookUpError())),
    Effect.result
  )
  const now = yield* DateTime.now
  const known = WatchPlan.remember(history, sighting, now)
  const latest = Result.getOrElse(sighting, () => task)
  const answered = Result.isSuccess(sighting)
  const state = WatchPlan.judge(policy, spend, sighting, known, now)
  if (state._tag === "Open") {
    list.put({ spend, task: latest }, { history: known, lookedUpAt: now })
    return { spend, task: latest, answered }
  }
  const ended = yield* SpendEnding.apply(spend, state)
  if (ended.state._tag === "Open") {
    // It had ended and was opened again meanwhile, which is another's charge with a time of its own.
    list.put({ spend: ended, task: latest }, {})
    return { spend: ended, task: latest, answered }
  }
  if (ended.state._tag === "Settled" && Option.isSome(latest)) {
    yield* finished.remember(ended, latest.value)
  }
  list.drop(spend.taskId)
  return { spend: ended, task: latest, answered }
})

/** The books have rounds of their own: an upstream that is slow to answer lets no lease run out. */
const rounds = (watch: Watch) => {
  const { lease, pollInterval } = watch.policy
  const pause = Schedule.spaced(Duration.min(pollInterval, Duration.divideUnsafe(lease, 3))).pipe(Schedule.jittered)
  const books = Effect.forEach([adopt(watch), renew(watch), reread(watch)], alone, { discard: true })
  const upstream = alone(lookUpDue(watch))
  return Effect.andThen(
    books,
    Effect.all([Effect.schedule(books, pause), Effect.repeat(upstream, pause)], { concurrency: "unbounded" })
  )
}

/** A part that fails ends no round. A store that does tells so itself, once: here it would be a line in every round. */
const alone = <R>(part: Effect.Effect<void, QuotaUnavailable, R>) =>
  part.pipe(
    Effect.catchTag("QuotaUnavailable", () => Effect.void),
    Effect.ignoreCause({ log: "Error", message: "a part of the watcher's round broke" })
  )

/** Takes up what nobody follows: what a dead process left behind, this one's last life included. */
const adopt = Effect.fnUntraced(function* ({ list }: Watch) {
  const store = yield* QuotaStore
  yield* store.due(batch).pipe(
    Effect.tap((spends) =>
      Effect.sync(() => {
        for (const spend of spends) list.note(spend)
      })
    ),
    Effect.repeat({ while: (spends) => spends.length === batch })
  )
})

/** Keeps the leases, a batch at a time, so that orders get their turns in between. */
const renew = Effect.fnUntraced(function* ({ list }: Watch) {
  const expiring = list.expiring(yield* DateTime.now)
  yield* Effect.forEach(Array.chunksOf(expiring, batch), (ids) => renewAll(list, ids), { discard: true })
})

/** Renews the leases of these, and lets go of what has ended elsewhere or is another's by now. */
const renewAll = Effect.fnUntraced(function* (list: WatchList, ids: ReadonlyArray<TaskId>) {
  const store = yield* QuotaStore
  noteAll(list, ids, yield* store.renew(ids))
})

/** Hears from the books what others write there of the tasks that clients wait for here. */
const reread = Effect.fnUntraced(function* ({ list }: Watch) {
  const store = yield* QuotaStore
  const stale = list.stale(yield* DateTime.now)
  yield* Effect.forEach(
    Array.chunksOf(stale, batch),
    (ids) =>
      Effect.map(store.findAll(ids), (spends) =>
        noteAll(
          list,
          ids,
          spends.filter(({ state }) => state._tag === "Open")
        )
      ),
    { discard: true }
  )
})

/** Goes on with those of these that are open, and lets the others go. */
const noteAll = (list: WatchList, ids: ReadonlyArray<TaskId>, open: ReadonlyArray<Spend>) => {
  const spends = new Map(open.map((spend) => [spend.taskId, spend]))
  for (const id of ids) {
    const spend = spends.get(id)
    if (spend === undefined) list.drop(id)
    else list.note(spend)
  }
}

const lookUpDue = Effect.fnUntraced(function* (watch: Watch) {
  const now = yield* DateTime.now
  watch.list.sweep(now)
  const { rounds, until } = yield* Ref.get(watch.blindness)
  const isBlind = until !== undefined && DateTime.isLessThan(now, until)
  const due = watch.list.due(now).filter(({ spend }) => !isBlind || WatchPlan.isOverdue(watch.policy, spend, now))
  if (due.length === 0) return
  const answered = yield* Effect.forEach(
    Array.chunksOf(due, batch),
    Effect.forEach((followed) => lookAlone(watch, followed), { concurrency: "unbounded" }),
    { concurrency: 4 }
  )
  const isAnswering = answered.flat().some(Option.exists(({ answered }) => answered))
  yield* Ref.set(
    watch.blindness,
    isAnswering
      ? seeing
      : { rounds: rounds + 1, until: DateTime.addDuration(now, WatchPlan.backOff(watch.policy, rounds + 1)) }
  )
})

/** A task whose look breaks keeps no other from its end, nor does one whose end the store fails to write. */
const lookAlone = (watch: Watch, followed: Followed) =>
  look(watch, followed).pipe(
    Effect.catchDefect((defect) =>
      Effect.andThen(Effect.logError("a task can't be followed", defect), Effect.fail(defect))
    ),
    Effect.option
  )

/** As many as the upstream takes in one look-up. */
const batch = 100
