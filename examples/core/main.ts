// A greeting card app of its own, with scnmnt's core in it: credits, orders and refunds, and not a line of HTTP.
// The test layers stand where the upstream would, so that it runs without one; the books are the app's own.
import { Fingerprint } from "@scnmnt/core/Fingerprint"
import * as ImageGeneration from "@scnmnt/core/ImageGeneration"
import * as ImageTasks from "@scnmnt/core/ImageTasks"
import { ImageLocation, UpstreamTask } from "@scnmnt/core/ports/ImageUpstream"
import { Prompt } from "@scnmnt/core/Prompt"
import * as Quota from "@scnmnt/core/Quota"
import * as SpendWatcher from "@scnmnt/core/SpendWatcher"
import * as TestImageSource from "@scnmnt/core/testing/TestImageSource"
import { TestImageUpstream } from "@scnmnt/core/testing/TestImageUpstream"
import { WatchPolicy } from "@scnmnt/core/WatchPlan"
import { Console, Duration, Effect, Layer } from "effect"
import { Digest, SecureRandom } from "effect/crypto"
import * as OneRowQuotaStore from "./OneRowQuotaStore.ts"

const sender = Fingerprint.make("grandmother")

/** Orders a card, which takes one of the sender's credits, and brings it once it is painted. */
const sendCard = Effect.fn("sendCard")(function* (name: string, fate: UpstreamTask) {
  const { remainingCredits, task } = yield* ImageGeneration.generate({
    account: sender,
    request: { prompt: Prompt.make(`a birthday card for ${name}`), size: "16:9", references: [] },
    idempotencyKey: undefined
  })
  yield* Console.log(`${name}'s card is ${task.status._tag}, ${remainingCredits} credits left`)
  // What a real upstream does by itself.
  yield* TestImageUpstream.use((upstream) => upstream.set(task.taskId, fate))
  const { status } = yield* ImageTasks.getAtEnd(task.taskId, Effect.never)
  const { balance } = yield* Quota.status(sender)
  yield* Console.log(`${name}'s card is ${status._tag}, ${balance} credits left`)
})

const program = Effect.gen(function* () {
  const { balance } = yield* Quota.checkIn(sender)
  yield* Console.log(`${balance} credits`)
  const image = ImageLocation.cases.Address.make({ url: "/card.png" })
  yield* sendCard("Ada", UpstreamTask.cases.Succeeded.make({ image }))
  yield* sendCard("Alan", UpstreamTask.cases.Failed.make({}))
})

const ports = Layer.mergeAll(
  OneRowQuotaStore.layer(":memory:"),
  TestImageUpstream.layer,
  TestImageSource.TestImageSource.layer,
  Digest.layerWebCrypto,
  SecureRandom.layerWebCrypto
)
const policy = Layer.effect(
  WatchPolicy,
  Effect.map(WatchPolicy, (usual) => ({ ...usual, pollInterval: Duration.millis(50) }))
)
const core = SpendWatcher.layer.pipe(Layer.provideMerge(ports), Layer.provide(policy))

await Effect.runPromise(Effect.provide(program, core))
