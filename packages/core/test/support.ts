import { createHash } from "node:crypto"
import { assert } from "@effect/vitest"
import { Day } from "@scnmnt/core/Account"
import { Fingerprint } from "@scnmnt/core/Fingerprint"
import type { Generated, Order } from "@scnmnt/core/ImageGeneration"
import type { ImageRequest } from "@scnmnt/core/ImageRequest"
import * as MemoryQuotaStore from "@scnmnt/core/MemoryQuotaStore"
import { QuotaStore } from "@scnmnt/core/ports/QuotaStore"
import { Prompt } from "@scnmnt/core/Prompt"
import type { RefundReason, SpendRequest } from "@scnmnt/core/Spend"
import * as SpendWatcher from "@scnmnt/core/SpendWatcher"
import { TaskId } from "@scnmnt/core/TaskId"
import { TestImageSource } from "@scnmnt/core/testing/TestImageSource"
import { type Call, TestImageUpstream } from "@scnmnt/core/testing/TestImageUpstream"
import { Cause, Effect, Exit, Fiber, Layer, Option } from "effect"
import { Digest, SecureRandom } from "effect/crypto"
import { TestClock } from "effect/testing"

export const account = Fingerprint.make("account-1")

/** The `index`th of many ids. */
export const taskId = (index: number) => TaskId.make(`00000000-0000-4000-8000-${String(index).padStart(12, "0")}`)

export const request: ImageRequest = { prompt: Prompt.make("a red fox"), size: "16:9", references: [] }

export const order: Order = { account, request, idempotencyKey: undefined }

/** SHA-256 without the real wait that WebCrypto brings, which the test clock knows nothing of. */
export const digest = Layer.succeed(Digest.Digest, {
  digest: (_, data) => Effect.sync(() => createHash("sha256").update(data).digest()),
  digestHex: (_, data) => Effect.sync(() => createHash("sha256").update(data).digest("hex"))
})

/** The watcher, on ports in memory and on this store. */
export const worldOn = (store: Layer.Layer<QuotaStore>) =>
  SpendWatcher.layer.pipe(
    Layer.provideMerge(
      Layer.mergeAll(store, TestImageUpstream.layer, TestImageSource.layer, digest, SecureRandom.layerWebCrypto)
    )
  )

/** All of core in memory. */
export const world = worldOn(MemoryQuotaStore.layer())

/** Gives the account 10 credits. */
export const grant = QuotaStore.use((store) =>
  store.checkIn(account, { day: Day.make("2026-11-23"), grant: 10, cap: 100 })
)

/** A task that was paid for, of 10 credits, and whose spend has come to stand like this; nobody follows it yet. */
export const spendThatIs = Effect.fnUntraced(function* (
  was: "Open" | "Settled" | RefundReason,
  request: Partial<SpendRequest> = {}
) {
  yield* grant
  const store = yield* QuotaStore
  const { spend } = yield* store.spend({
    taskId: taskId(1),
    account,
    requestHash: "hash",
    mode: "text",
    size: "16:9",
    ...request
  })
  if (was === "Settled") yield* store.settle(spend)
  else if (was !== "Open") yield* store.refund(spend, was)
  return spend.taskId
})

/** Credits left. */
export const balance = QuotaStore.use((store) => store.status(account)).pipe(Effect.map(({ balance }) => balance))

/** Where a spend stands: `Open`, `Settled`, or `Refunded` with its reason. */
export const stateOf = (id: TaskId) =>
  QuotaStore.use((store) => store.find(id)).pipe(
    Effect.map(
      Option.match({
        onNone: () => "none",
        onSome: ({ state }) => (state._tag === "Refunded" ? `Refunded ${state.reason}` : state._tag)
      })
    )
  )

/** The tasks that the upstream was asked about, each once. */
export const tasksAskedAbout = TestImageUpstream.use(({ calls }) => calls).pipe(
  Effect.map((calls) => [...new Set(calls.map(({ id }) => id))])
)

/** The one task that the upstream was asked about. */
export const onlyTask = Effect.map(tasksAskedAbout, ([id, ...others]) => {
  assert(id !== undefined && others.length === 0)
  return id
})

/** How an order went: the task's status, the error's tag, or how else it ended. */
export const inShort = <E extends { readonly _tag: string }>(exit: Exit.Exit<Generated, E>): string =>
  Exit.match(exit, {
    onSuccess: ({ task }) => task.status._tag,
    onFailure: (cause) =>
      Option.match(Cause.findErrorOption(cause), {
        onSome: ({ _tag }) => _tag,
        onNone: () => (Cause.hasInterrupts(cause) ? "interrupted" : "died")
      })
  })

/** What was asked of the upstream: `S` for a submission, `L` for a look-up. */
export const callsMade = TestImageUpstream.use(({ calls }) => calls).pipe(
  Effect.map((calls) => calls.map(({ _tag }) => _tag.charAt(0)).join(""))
)

/** How an effect ends, in as much time as it takes and no more. */
export const inTime = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(effect)
    yield* TestClock.adjust("100 millis").pipe(Effect.repeat({ while: () => fiber.pollUnsafe() === undefined }))
    return yield* Fiber.await(fiber)
  })

/** Milliseconds between the calls of a kind. */
export const gapsBetween = (kind: Call["_tag"]) =>
  TestImageUpstream.use(({ calls }) => calls).pipe(
    Effect.map((calls) => calls.flatMap(({ _tag, at }) => (_tag === kind ? [at] : []))),
    Effect.map((times) => times.slice(1).map((at, index) => at - (times[index] ?? 0)))
  )
