import { existsSync } from "node:fs"
import { join } from "node:path"
import { assert, layer, vi } from "@effect/vitest"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect } from "effect"
import { generate, newAccount, taskIdOf } from "../e2e/support/Jobs.ts"
import * as Service from "../e2e/support/Service.ts"
import { jsonLinesOf, jsonOf, newUser, onFullDisk, run, start } from "./support/CommandLine.ts"

const newcomer = Effect.flatMap(Service.Service, ({ url }) => newUser(url))

const order = Effect.gen(function* () {
  return yield* taskIdOf(yield* generate({ fingerprint: yield* newAccount }))
})

// A busy machine takes seconds for each command.
vi.setConfig({ testTimeout: 120_000 })

layer(Service.layer(), { excludeTestServices: true })("scnmnt", (it) => {
  it.effect("keeps one account for a user, unless another is named", () =>
    Effect.gen(function* () {
      const user = yield* newcomer
      const endings = yield* Effect.all([run(user, "quota", "--json"), run(user, "check-in", "--json")], {
        concurrency: 2
      })
      const [before, after] = yield* Effect.forEach(endings, (ending) => jsonOf(ending))
      assert.match(String(before?.["account"]), /^cli-[0-9a-f-]{36}$/)
      assert.strictEqual(before?.["account"], after?.["account"], "of two at once, one makes it up")
      assert.deepInclude(after, { balance: 10, signedToday: true, cap: 100, dailyGrant: 10 })
      const other = yield* run({ ...user, env: { ...user.env, SCNMNT_ACCOUNT: "somebody-else" } }, "quota")
      assert.include(other.stdout.toString(), "0 credits for somebody-else; scnmnt check-in brings up to 10 today")
    })
  )

  it.effect("enhance prints the improved prompt, or one JSON document", () =>
    Effect.gen(function* () {
      const user = yield* newcomer
      const { code, stderr, stdout } = yield* run(user, "enhance", "a red fox")
      assert.deepStrictEqual([code, stderr], [0, ""])
      assert.match(stdout.toString(), /^a red fox — .*\.\n$/)
      const script = yield* jsonOf(yield* run(user, "enhance", "a red fox", "--direction", "creative", "--json"))
      assert.deepInclude(script, { prompt: "a red fox", direction: "creative" })
      assert.match(String(script["enhanced"]), /^a red fox — .*\.$/)
    })
  )

  it.effect("enhance that fails on the way says so, with 1", () =>
    Effect.gen(function* () {
      yield* UpstreamSimulator.use(({ play }) => play(Fault.chatError()))
      const { code, stderr } = yield* run(yield* newcomer, "enhance", "a red fox")
      assert.strictEqual(code, 1)
      assert.match(stderr, /^scnmnt: .+\n$/)
    })
  )

  it.effect("ends quietly when nobody reads on", () =>
    Effect.gen(function* () {
      yield* UpstreamSimulator.use(({ play }) => play(Fault.chatStall()))
      const enhance = yield* start(yield* newcomer, "enhance", "a red fox")
      yield* enhance.hangUp
      const { code, stderr } = yield* enhance.ended
      assert.deepStrictEqual([code, stderr], [141, ""])
    })
  )

  it.effect("does not take a disk that is full for a reader that left", () =>
    Effect.gen(function* () {
      const { code, stderr } = yield* run(onFullDisk(yield* newcomer), "quota", "--json")
      assert.deepStrictEqual(
        [code, stderr],
        [1, "scnmnt: Could not write to stdout: ENOSPC: no space left on device, write.\n"]
      )
    })
  )

  it.effect("task tells how it stands, its changes as lines of JSON, and saves its picture", () =>
    Effect.gen(function* () {
      const user = yield* newcomer
      const id = yield* order
      const lines = yield* jsonLinesOf(yield* run(user, "task", id, "--follow", "--json"))
      assert.deepInclude(lines.at(-1), { id, status: "completed" })
      const now = yield* run(user, "task", id)
      assert.match(now.stdout.toString(), new RegExp(`^id {6}${id}\nstatus {2}completed\n`))
      const saved = yield* run(user, "task", id, "-o", "fox", "--json")
      assert.deepInclude(yield* jsonOf(saved), { id, file: "fox.png" })
      assert.isTrue(existsSync(join(user.folder, "fox.png")))
    })
  )

  it.effect("task waits for the end, and exits with 1 if there is no picture", () =>
    Effect.gen(function* () {
      const user = yield* newcomer
      yield* UpstreamSimulator.use(({ play }) => play(Fault.fails()))
      const ending = yield* run(user, "task", yield* order, "--wait", "--json")
      assert.strictEqual(ending.code, 1)
      assert.deepInclude(yield* jsonOf(ending), { status: "failed", refunded: true })
      const unknown = yield* run(user, "task", "00000000-0000-4000-8000-000000000000")
      assert.strictEqual(unknown.code, 1)
      assert.include(unknown.stderr, "unknown or has expired")
    })
  )
})
