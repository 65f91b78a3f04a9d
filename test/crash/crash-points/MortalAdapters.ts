import { writeSync } from "node:fs"
import { ImageUpstream, LookUpError } from "@scnmnt/core/ports/ImageUpstream"
import { QuotaStore, QuotaUnavailable } from "@scnmnt/core/ports/QuotaStore"
import type { Spend } from "@scnmnt/core/Spend"
import type { TaskId } from "@scnmnt/core/TaskId"
import * as Adapters from "@scnmnt/server/Adapters"
import type { Settings } from "@scnmnt/server/Settings"
import { Effect, Layer, Schema } from "effect"
import { type Call, Steps } from "./Steps.ts"

/**
 * The server's adapters, but for each task nothing comes after the step that `CRASH_STEPS` names for it: the call is
 * carried out, that it was is said on the standard output, and nobody ever hears what came of it. A process that is
 * killed then has died right after each of these steps.
 */
export const layer = (settings: Settings) =>
  Layer.merge(store, upstream).pipe(Layer.provideMerge(Adapters.layer(settings)))

const steps = new Map(
  Object.entries(Schema.decodeSync(Schema.fromJsonString(Steps))(process.env["CRASH_STEPS"] ?? "{}"))
)
const isLast = (call: Call, id: TaskId) => steps.get(id)?.call === call

/** Synchronous, so that it is said before anything else happens. */
const reached = (id: TaskId) => Effect.sync(() => writeSync(1, `reached ${id}\n`))

/** Whoever waits for the call waits for ever. */
const standstill = (id: TaskId) => Effect.andThen(reached(id), Effect.never)

/** The same; but a watcher, where waiting would hold up the other tasks, takes the call to have failed. */
const withhold =
  <E>(call: Call, id: TaskId, failure: E) =>
  <A, E1>(made: Effect.Effect<A, E1>): Effect.Effect<A, E1 | E> => {
    const step = steps.get(id)
    if (step?.call !== call) return made
    if (!step.made) return Effect.fail(failure)
    return Effect.andThen(made, step.waits ? standstill(id) : Effect.andThen(reached(id), Effect.fail(failure)))
  }

const withoutLast = (call: Call) => (spends: ReadonlyArray<Spend>) =>
  Effect.filter(spends, ({ taskId }) =>
    isLast(call, taskId) ? Effect.as(reached(taskId), false) : Effect.succeed(true)
  )

const store = Layer.effect(
  QuotaStore,
  Effect.map(QuotaStore, (store) => {
    const opened = new Set<TaskId>()
    const failure = new QuotaUnavailable({ cause: new Error("never heard of") })
    return QuotaStore.of({
      ...store,
      spend: (request) =>
        Effect.tap(store.spend(request), (receipt) => {
          const call = opened.has(request.taskId) ? "reopen" : "spend"
          opened.add(request.taskId)
          return receipt.opened && isLast(call, request.taskId) ? standstill(request.taskId) : Effect.void
        }),
      settle: (opening) => withhold("settle", opening.taskId, failure)(store.settle(opening)),
      refund: (opening, reason) => withhold("refund", opening.taskId, failure)(store.refund(opening, reason)),
      due: (limit) => Effect.flatMap(store.due(limit), withoutLast("due")),
      renew: (ids) => Effect.flatMap(store.renew(ids), withoutLast("renew"))
    })
  })
)

const upstream = Layer.effect(
  ImageUpstream,
  Effect.map(ImageUpstream, (upstream) =>
    ImageUpstream.of({
      submit: (id, request) =>
        Effect.tap(upstream.submit(id, request), () => (isLast("submit", id) ? standstill(id) : Effect.void)),
      lookUp: (id) => withhold("lookUp", id, new LookUpError())(upstream.lookUp(id))
    })
  )
)
