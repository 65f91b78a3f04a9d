import { Clock, Context, Effect, Layer, MutableHashMap, Option, Queue } from "effect"
import type { ImageRequest } from "../ImageRequest.ts"
import { ImageUpstream, LookUpError, SubmitError, UnknownOutcome, UpstreamTask } from "../ports/ImageUpstream.ts"
import type { TaskId } from "../TaskId.ts"

/** A call that was made; `at` is when, in milliseconds on the clock. */
export type Call =
  | { readonly _tag: "Submit"; readonly at: number; readonly id: TaskId; readonly request: ImageRequest }
  | { readonly _tag: "LookUp"; readonly at: number; readonly id: TaskId }

/** What becomes of one call, made of how it would go by itself: {@link refuse}, `Effect.delay("5 seconds")`, … */
export type Turn<A, E> = (byItself: Effect.Effect<A, E>) => Effect.Effect<A, E>

/** An upstream in memory that keeps to its port, and misbehaves when it is told to. */
export class TestImageUpstream extends Context.Service<
  TestImageUpstream,
  {
    /** Every call so far, the earliest first; a call is here before it is answered. */
    readonly calls: Effect.Effect<ReadonlyArray<Call>>
    /** The turns that the next submissions take, one each. */
    nextSubmits(...turns: ReadonlyArray<Turn<UpstreamTask, SubmitError>>): Effect.Effect<void>
    /** The turns that the next look-ups take, one each. */
    nextLookUps(...turns: ReadonlyArray<Turn<Option.Option<UpstreamTask>, LookUpError>>): Effect.Effect<void>
    /** Whether look-ups fail from now on, those with a turn of their own aside. */
    lookUpsFail(fail: boolean): Effect.Effect<void>
    /** How a task stands from now on, submitted or not. */
    set(id: TaskId, task: UpstreamTask): Effect.Effect<void>
    /** From now on there is no such task. */
    forget(id: TaskId): Effect.Effect<void>
  }
>()("@scnmnt/core/testing/TestImageUpstream") {
  /** The port and its handle, on one memory. */
  static readonly layer: Layer.Layer<ImageUpstream | TestImageUpstream> = Layer.effectContext(
    Effect.gen(function* () {
      const tasks = MutableHashMap.empty<TaskId, UpstreamTask>()
      const calls: Array<Call> = []
      const submits = yield* Queue.unbounded<Turn<UpstreamTask, SubmitError>>()
      const lookUps = yield* Queue.unbounded<Turn<Option.Option<UpstreamTask>, LookUpError>>()
      let isDown = false

      const call = Effect.fnUntraced(function* <A, E>(
        note: (at: number) => Call,
        turns: Queue.Dequeue<Turn<A, E>>,
        byItself: Effect.Effect<A, E>
      ) {
        calls.push(note(yield* Clock.currentTimeMillis))
        const turn = yield* Queue.poll(turns)
        return yield* Option.isSome(turn) ? turn.value(byItself) : byItself
      })
      const start = (id: TaskId) =>
        Effect.sync(() => {
          const task = Option.getOrElse(MutableHashMap.get(tasks, id), () => UpstreamTask.cases.Queued.make({}))
          MutableHashMap.set(tasks, id, task)
          return task
        })
      const find = (id: TaskId) =>
        Effect.suspend(() => (isDown ? Effect.fail(new LookUpError()) : Effect.succeed(MutableHashMap.get(tasks, id))))

      return Context.make(ImageUpstream, {
        submit: (id, request) => call((at) => ({ _tag: "Submit", at, id, request }), submits, start(id)),
        lookUp: (id) => call((at) => ({ _tag: "LookUp", at, id }), lookUps, find(id))
      }).pipe(
        Context.add(TestImageUpstream, {
          calls: Effect.sync(() => [...calls]),
          nextSubmits: (...turns) => Queue.offerAll(submits, turns),
          nextLookUps: (...turns) => Queue.offerAll(lookUps, turns),
          lookUpsFail: (fail) => Effect.sync(() => void (isDown = fail)),
          set: (id, task) => Effect.sync(() => MutableHashMap.set(tasks, id, task)),
          forget: (id) => Effect.sync(() => MutableHashMap.remove(tasks, id))
        })
      )
    })
  )
}

/** Starts nothing and says why. */
export const refuse =
  (reason: SubmitError["reason"]): Turn<UpstreamTask, SubmitError> =>
  () =>
    Effect.fail(new SubmitError({ reason }))

/** Starts the task, and loses the answer. */
export const loseAnswer: Turn<UpstreamTask, SubmitError> = (byItself) =>
  Effect.andThen(byItself, new SubmitError({ reason: new UnknownOutcome() }))
