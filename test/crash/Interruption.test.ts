import { assert, it } from "@effect/vitest"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Duration, Effect, Option, Random, Result } from "effect"
import { temporaryFile } from "../../packages/adapters-quota/test/TemporaryFile.ts"
import { variables } from "../e2e/support/Process.ts"
import * as Books from "./Books.ts"
import * as Client from "./Client.ts"
import * as Misfortune from "./Misfortune.ts"
import * as Reckoning from "./Reckoning.ts"
import * as ServerProcess from "./ServerProcess.ts"

const seed = process.env["SEED"] ?? String(Math.floor(Math.random() * 1_000_000))
const credits = 100
const accounts = Array.from({ length: 20 }, (_, index) => `account-${index}`)
const clients = accounts.flatMap((account) => Array.from({ length: 25 }, (_, index) => ({ account, index })))

it.live(
  `${clients.length} clients that leave at any moment leave no spend open (SEED=${seed})`,
  () =>
    Effect.gen(function* () {
      const path = yield* temporaryFile
      const environment = {
        ...(yield* variables(path)),
        TASK_POLL_INTERVAL: "100 millis",
        TASK_MISSING_GRACE: "2 seconds",
        TASK_DEADLINE: "6 seconds"
      }
      yield* Books.fund(path, accounts, credits)
      const url = yield* Effect.flatMap(ServerProcess.serve(environment), ({ listening }) => listening)
      const stories = yield* Effect.forEach(clients, (client) => leave(url, client), { concurrency: 25 })
      yield* Books.awaitEnds(Books.spends(path))

      const figures = yield* Reckoning.reckon({ url, spends: yield* Books.spends(path), stories, granted: credits })
      const audit = yield* ServerProcess.audit(environment)
      assert.strictEqual(audit.status, 0, audit.output)
      const spends = (yield* Books.spends(path)).length
      const answered = stories.filter(({ ids }) => ids.size > 0).length
      process.stdout.write(`${JSON.stringify({ seed, answered, spends, ...figures })}\n`)
      assert.isAbove(answered, 0, "some stayed for the answer")
      assert.isAbove(spends, answered, "some left after they had paid")
      assert.isBelow(spends, clients.length, "some left before")
    }).pipe(Random.withSeed(seed), Effect.provide(UpstreamSimulator.layer())),
  { timeout: 60_000 }
)

/** Orders, in each of the ways that there are, and closes the line before long. */
const leave = Effect.fnUntraced(function* (url: string, { account, index }: (typeof clients)[number]) {
  const prompt = `A fox for client ${index} of ${account}.`
  yield* Misfortune.befall(prompt)
  const order = {
    account,
    prompt,
    ...(index % 2 === 0 && { key: `key-${index}` }),
    ...(index % 3 === 0 && { image: photograph })
  }
  const stays = (yield* Random.next) < 0.1
  const patience = stays ? Duration.infinity : Duration.millis(yield* Random.nextIntBetween(0, 600))
  const placed = yield* Client.order(url, order).pipe(Effect.result, Effect.timeoutOption(patience))
  const told = Option.map(
    placed,
    Result.match({
      onSuccess: ({ task }) => ({ ids: new Set([task.id]), refused: undefined, seen: task }),
      onFailure: (error) => ({
        ids: new Set<string>(),
        refused: error._tag === "Refused" ? error.error : undefined,
        seen: undefined
      })
    })
  )
  const story = Option.getOrElse(told, () => ({ ids: new Set<string>(), refused: undefined, seen: undefined }))
  return { account, prompt, ...story } satisfies Reckoning.Story
})

const photograph = new Blob([Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a), new Uint8Array(300_000)])
