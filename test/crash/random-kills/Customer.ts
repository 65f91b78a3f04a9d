import { Duration, Effect, Option, Random, Ref, Result, Schedule } from "effect"
import * as Client from "../Client.ts"
import * as Misfortune from "../Misfortune.ts"
import type { Story } from "../Reckoning.ts"

export interface World {
  readonly url: Effect.Effect<string>
  readonly closing: Ref.Ref<boolean>
  /** How often an answer was cut off, failed, or was a replay. */
  readonly tell: (event: "cut off" | "replayed" | `refused ${string}`) => void
}

/** Orders one picture after the other until the shop closes, and tells how it went. */
export const live = Effect.fnUntraced(function* (world: World, account: string) {
  yield* insist(world, (url) => Client.checkIn(url, account))
  const stories: Array<Story> = []
  yield* Effect.suspend(() => buy(world, account, `${account}-${stories.length}.`)).pipe(
    Effect.tap((story) => Effect.sync(() => stories.push(story))),
    Effect.repeat({ until: () => Ref.get(world.closing) })
  )
  return stories
})

const buy = Effect.fnUntraced(function* (world: World, account: string, key: string) {
  const order = { account, key, prompt: `A fox, as ordered by ${key}` }
  yield* Misfortune.befall(order.prompt)
  const ids = new Set<string>()
  const note = (id: string | undefined) => Effect.sync(() => id !== undefined && ids.add(id))
  const place = insist(world, (url) =>
    Client.order(url, order).pipe(
      Effect.tap(({ task }) => note(task.id)),
      Effect.tap(({ replayed }) => Effect.sync(() => replayed && world.tell("replayed"))),
      Effect.tapErrorTag("Refused", ({ taskId }) => note(taskId)),
      // Repeats the order while the first may still be under way.
      Effect.timeoutOrElse({
        duration: "2500 millis",
        orElse: () => Effect.fail(new Client.NoAnswer({ cause: "took too long" }))
      })
    )
  )
  const placed = yield* place.pipe(
    // Half of those who hear that nothing was charged try again with the same key.
    Effect.retry({
      while: ({ error }) => Effect.map(Random.nextBoolean, (again) => again && error !== "RequestRejected")
    }),
    Effect.result,
    Effect.timeoutOption(yield* patience)
  )
  const story = { ...order, ids, refused: undefined, seen: undefined }
  if (Option.isNone(placed)) {
    return story satisfies Story
  }
  if (Result.isFailure(placed.value)) {
    return { ...story, refused: placed.value.failure.error } satisfies Story
  }
  const { task } = placed.value.success
  const watches = (yield* Random.next) < 0.8
  return { ...story, seen: watches ? yield* follow(world, task.id) : task } satisfies Story
})

/** One in ten goes away without an answer. */
const patience = Effect.gen(function* () {
  const leaves = (yield* Random.next) < 0.1
  return leaves ? Duration.millis(yield* Random.nextIntBetween(0, 1500)) : Duration.infinity
})

/** Asks until the task has ended. */
const follow = (world: World, id: string) =>
  insist(world, (url) => Client.taskOf(url, id)).pipe(
    Effect.repeat({
      schedule: Schedule.spaced("100 millis"),
      until: ({ status }) => status === "completed" || status === "failed"
    })
  )

/** Repeats a call until there is an answer that means something. */
const insist = <A>(world: World, ask: (url: string) => Effect.Effect<A, Client.NoAnswer | Client.Refused>) =>
  Effect.flatMap(world.url, ask).pipe(
    Effect.tapError((error) =>
      Effect.sync(() => world.tell(error._tag === "NoAnswer" ? "cut off" : `refused ${error.error}`))
    ),
    Effect.retry({
      schedule: Schedule.spaced("100 millis").pipe(Schedule.jittered),
      while: (error) => error._tag === "NoAnswer" || temporary.includes(error.error)
    }),
    Effect.catchTag("NoAnswer", Effect.die)
  )

/** `InternalError` is none of the errors that a customer should meet: the server's log says why it came. */
const temporary: ReadonlyArray<string> = ["QuotaUnavailable", "InternalError"]
