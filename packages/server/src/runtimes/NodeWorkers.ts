import cluster, { type Worker } from "node:cluster"
import { Array, Deferred, Effect, identity, Layer, Option, Runtime, Schedule, Schema } from "effect"
import * as MergedPages from "../telemetry/MergedPages.ts"
import { Siblings } from "../telemetry/MetricsPage.ts"
import * as Dialogue from "./Dialogue.ts"

/** Whether this process is one of those that serve, and not the one that keeps them. */
export const isWorker = cluster.isWorker

/** In a worker: tells the process that keeps it that it serves. */
export const isServing = Effect.sync(() => process.send?.(serving))
const serving = "serving"

/** In a worker: its page of metrics is the one of all. */
export const layer = Layer.succeed(Siblings, {
  share: (own) =>
    Effect.map(Dialogue.make(process, own, "4 seconds"), ({ ask }) =>
      Effect.flatMap(ask, Option.match({ onNone: () => own, onSome: Effect.succeed }))
    )
})

/** The first worker can't serve, and has said why. */
export class NotServing extends Schema.TaggedError<NotServing>()("NotServing", {}) {
  override readonly [Runtime.errorReported] = false
}

/**
 * Runs this same command in so many processes. Whichever dies is started anew. Interrupted, it tells them all to stop, and
 * waits for them. They listen on one port each for itself, and the system deals out the lines: were they dealt out here,
 * as Node's cluster does by default, one that was on its way to a worker that dies or stops would stay open unanswered.
 */
export const keep = Effect.fnUntraced(function* (count: number) {
  const pages: Pages = new Map()
  const serves = yield* Deferred.make<void>()
  const again = (number: number) => Effect.repeat(life(number, pages), Schedule.spaced("1 second"))
  const first = life(1, pages, () => Deferred.doneUnsafe(serves, Effect.void)).pipe(
    Effect.andThen(Deferred.isDone(serves)),
    Effect.filterOrFail(identity, () => new NotServing()),
    Effect.andThen(Effect.delay(again(1), "1 second"))
  )
  const further = (number: number) => Effect.andThen(Deferred.await(serves), again(number))
  return yield* Effect.forEach([first, ...Array.makeBy(count - 1, (index) => further(index + 2))], identity, {
    concurrency: "unbounded",
    discard: true
  })
})

/** Asks each worker that lives for its page. */
type Pages = Map<number, Effect.Effect<Option.Option<string>>>

/** One process, from its start to its end. */
const life = Effect.fnUntraced(function* (number: number, pages: Pages, onServing = () => {}) {
  const worker = yield* Effect.acquireRelease(
    Effect.sync(() => cluster.fork()),
    stop
  )
  worker.on("message", (message: unknown) => {
    if (message === serving) onServing()
  })
  yield* Effect.acquireRelease(
    Effect.map(Dialogue.make(worker, pageOfAll(pages), "3 seconds"), ({ ask }) => pages.set(number, ask)),
    () => Effect.sync(() => pages.delete(number))
  )
  yield* ended(worker)
  const { exitCode, pid, signalCode } = worker.process
  yield* Effect.logWarning("a worker has ended").pipe(
    Effect.annotateLogs({ worker: number, pid, status: signalCode ?? exitCode })
  )
}, Effect.scoped)

/** A worker has 10 seconds for what runs: one that is there for longer hangs. */
const stop = (worker: Worker) =>
  Effect.andThen(
    Effect.sync(() => worker.process.kill("SIGTERM")),
    Effect.timeoutOrElse(ended(worker), {
      duration: "15 seconds",
      orElse: () =>
        Effect.andThen(
          Effect.sync(() => worker.process.kill("SIGKILL")),
          ended(worker)
        )
    })
  )

const ended = (worker: Worker) =>
  Effect.callback<void>((resume) => {
    if (worker.isDead()) return resume(Effect.void)
    worker.once("exit", () => resume(Effect.void))
  })

const pageOfAll = (pages: Pages) =>
  Effect.forEach(
    pages,
    ([number, ask]) =>
      Effect.map(
        ask,
        Option.map((page) => [number, page] as const)
      ),
    { concurrency: "unbounded" }
  ).pipe(Effect.map((answers) => MergedPages.merge(new Map(Array.getSomes(answers).toSorted(([a], [b]) => a - b)))))
