import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, layer, vi } from "@effect/vitest"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Deferred, Effect, Stream } from "effect"
import { HttpServerResponse } from "effect/http"
import { assertSameBytes, painted, png } from "../e2e/support/Fixtures.ts"
import * as Service from "../e2e/support/Service.ts"
import { jsonOf, newUser, run, start, type User } from "./support/CommandLine.ts"

const customer = Effect.gen(function* () {
  const user = yield* newUser((yield* Service.Service).url)
  yield* run(user, "check-in")
  return user
})

const creditsOf = (user: User) =>
  Effect.map(Effect.flatMap(run(user, "quota", "--json"), jsonOf), ({ balance }) => balance)

const pending = ({ folder }: User) => readdirSync(join(folder, "state/scnmnt/orders"))

/** Orders a fox, in whose place this comes before its picture does. */
const meanwhile = Effect.fnUntraced(function* (user: User, contents: string | Uint8Array) {
  const picture = yield* Deferred.make<Uint8Array>()
  const answer = HttpServerResponse.stream(Stream.fromEffect(Deferred.await(picture)), { contentType: "image/png" })
  yield* UpstreamSimulator.use(({ play }) => play(Fault.reply(answer, { on: "image" })))
  const generate = yield* start(user, "generate", "a red fox", "-o", "fox")
  yield* generate.tells("completed")
  writeFileSync(join(user.folder, "fox.png"), contents)
  yield* Deferred.succeed(picture, painted("a red fox"))
  return yield* generate.ended
}, Effect.scoped)

// A busy machine takes seconds for each command.
vi.setConfig({ testTimeout: 120_000 })

layer(Service.layer(), { excludeTestServices: true })("scnmnt generate", (it) => {
  it.effect("saves the picture, says where, and shows on the way how far it is", () =>
    Effect.gen(function* () {
      const user = yield* customer
      yield* UpstreamSimulator.use(({ play }) => play(Fault.takes("3 seconds")))
      const { code, stderr, stdout } = yield* run(user, "generate", "a red fox", "--size", "16:9", "-o", "new/fox")
      assert.deepStrictEqual([code, stdout.toString()], [0, "new/fox.png\n"], stderr)
      assert.match(stderr, / s {2}running.*\n.* s {2}completed\n {2}9 credits left\n$/)
      assertSameBytes(readFileSync(join(user.folder, "new/fox.png")), painted("a red fox", "16:9"))
      assert.deepStrictEqual(readdirSync(join(user.folder, "new")), ["fox.png"])
      assert.deepStrictEqual(pending(user), [], "the next command of these words is another order")
    })
  )

  it.effect("names the file itself if nobody does, and starts from reference images", () =>
    Effect.gen(function* () {
      const user = yield* customer
      const reference = png("a lighthouse")
      writeFileSync(join(user.folder, "a.png"), reference)
      const args = ["the same in winter", "--reference", "a.png", "--reference", "a.png"]
      const { code, stderr, stdout } = yield* run(user, "generate", ...args)
      assert.strictEqual(code, 0, stderr)
      assert.match(stdout.toString(), /^the-same-in-winter-[0-9a-f]{8}\.png\n$/)
      const saved = readFileSync(join(user.folder, stdout.toString().trim()))
      assertSameBytes(saved, painted("the same in winter", "1:1", [reference, reference]))
    })
  )

  it.effect("prints the picture, and nothing else, if it is to go to stdout", () =>
    Effect.gen(function* () {
      const { code, stdout } = yield* run(yield* customer, "generate", "a red fox", "-o", "-")
      assert.strictEqual(code, 0)
      assertSameBytes(stdout, painted("a red fox"))
    })
  )

  it.effect("tells scripts in one JSON document", () =>
    Effect.gen(function* () {
      const ending = yield* run(yield* customer, "generate", "a red fox", "-o", "fox.png", "--key", "mine", "--json")
      assert.deepInclude(yield* jsonOf(ending), {
        status: "completed",
        prompt: "a red fox",
        key: "mine",
        remainingCredits: 9,
        file: "fox.png"
      })
    })
  )

  it.effect("overwrites a file only if it is told to, and says so before it is paid for", () =>
    Effect.gen(function* () {
      const user = yield* customer
      const path = join(user.folder, "fox.png")
      writeFileSync(path, "mine")
      const { code, stderr } = yield* run(user, "generate", "a red fox", "-o", "fox")
      assert.deepStrictEqual([code, stderr], [2, "scnmnt: fox.png is there already: --force overwrites it.\n"])
      assert.strictEqual(yield* creditsOf(user), 10)
      assert.strictEqual(readFileSync(path, "utf8"), "mine")
      assert.strictEqual((yield* run(user, "generate", "a red fox", "-o", "fox.png", "--force")).code, 0)
      assertSameBytes(readFileSync(path), painted("a red fox"))
    })
  )

  it.effect("does not overwrite what came to its place in the meantime, and says how to get the picture", () =>
    Effect.gen(function* () {
      const user = yield* customer
      const { code, stderr } = yield* meanwhile(user, "mine")
      assert.strictEqual(code, 1)
      const [, id] =
        /fox\.png: it is there already\. To save it elsewhere: scnmnt task (\S+) -o FILE/.exec(stderr) ?? []
      assert.isDefined(id, stderr)
      assert.strictEqual((yield* run(user, "task", id ?? "", "-o", "other.png")).code, 0)
      assertSameBytes(readFileSync(join(user.folder, "other.png")), painted("a red fox"))
      assert.deepStrictEqual(readdirSync(user.folder).toSorted(), ["fox.png", "other.png", "state"])
    })
  )

  it.effect("is content if what came to its place is the picture itself, of the same command once more", () =>
    Effect.gen(function* () {
      const user = yield* customer
      const { code, stderr, stdout } = yield* meanwhile(user, painted("a red fox"))
      assert.deepStrictEqual([code, stdout.toString()], [0, "fox.png\n"], stderr)
      assert.deepStrictEqual(pending(user), [])
    })
  )

  it.effect("says of a task that failed why, charges nothing, and makes the next one a new order", () =>
    Effect.gen(function* () {
      const user = yield* customer
      yield* UpstreamSimulator.use(({ play }) => play(Fault.fails()))
      const failed = yield* run(user, "generate", "a red fox", "-o", "fox.png", "--json")
      assert.strictEqual(failed.code, 1)
      assert.deepInclude(yield* jsonOf(failed), { status: "failed", refunded: true })
      assert.match(failed.stderr, /scnmnt: There is no picture\. .*\n$/)
      assert.isFalse(existsSync(join(user.folder, "fox.png")))
      assert.strictEqual(yield* creditsOf(user), 10)
      assert.strictEqual((yield* run(user, "generate", "a red fox", "-o", "fox.png")).code, 0)
    })
  )

  it.effect("ends an order whose picture is gone for good: the same command is a new one, another key too", () =>
    Effect.gen(function* () {
      const user = yield* customer
      const { play } = yield* UpstreamSimulator
      yield* play(Fault.goneImage(), { times: 2 })
      const gone = yield* run(user, "generate", "a red fox", "-o", "fox.png")
      assert.deepStrictEqual([gone.code, pending(user)], [1, []])
      assert.match(gone.stderr, /scnmnt: This image is no longer kept\. The same command is now a new order\.\n$/)
      const named = yield* run(user, "generate", "a red fox", "-o", "fox.png", "--key", "mine")
      assert.strictEqual(named.code, 1)
      assert.match(named.stderr, /scnmnt: This image is no longer kept\. Another --key makes a new order\.\n$/)
      assert.strictEqual(yield* creditsOf(user), 8)
      assert.strictEqual((yield* run(user, "generate", "a red fox", "-o", "fox.png")).code, 0)
      assert.strictEqual(yield* creditsOf(user), 7)
    })
  )

  it.effect("asks again for a picture that the service would not pass on, and says what else there is to do", () =>
    Effect.gen(function* () {
      const user = yield* customer
      const { play } = yield* UpstreamSimulator
      yield* play(Fault.hugeImage({ bytes: 70_000_000 }))
      yield* play(Fault.htmlImage())
      const paint = run(user, "generate", "a red fox", "-o", "fox.png")
      for (const { code, stderr } of [yield* paint, yield* paint]) {
        assert.strictEqual(code, 1)
        assert.match(stderr, /\. It is paid for: the same command asks for it again, and another --key makes .+\n$/)
      }
      const { code, stderr } = yield* paint
      assert.deepStrictEqual([code, yield* creditsOf(user)], [0, 9], stderr)
    })
  )

  it.effect("waits as long as the service asks to, within reason", () =>
    Effect.gen(function* () {
      const user = yield* customer
      const { play } = yield* UpstreamSimulator
      const busy = { when: { prompt: "a busy fox" }, times: Infinity }
      yield* play(Fault.refuse(429, { retryAfter: "3600" }), busy)
      const { code, stderr } = yield* run(user, "generate", "a busy fox", "-o", "fox.png")
      assert.strictEqual(code, 5)
      assert.match(stderr, /^scnmnt: .* Try again in 3600 s\. The same command picks the order up where it is.*\n$/)
      assert.strictEqual(yield* creditsOf(user), 10)
    })
  )
})
