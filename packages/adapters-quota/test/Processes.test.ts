import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import * as SqliteQuotaStore from "@scnmnt/adapters-quota/SqliteQuotaStore"
import { QuotaStore } from "@scnmnt/core/ports/QuotaStore"
import { TaskId } from "@scnmnt/core/TaskId"
import { DateTime, Effect, Option } from "effect"
import * as spending from "./spending.ts"
import { temporaryFile } from "./TemporaryFile.ts"

const spender = fileURLToPath(new URL("Spender.ts", import.meta.url))

/** The answers that a process got before it ended, by itself or killed after so many of them. */
const answersOf = (path: string, name: string, count: number, killAfter = Infinity) =>
  Effect.callback<ReadonlyArray<string>>((resume) => {
    const child = spawn(process.execPath, ["-C", "scnmnt-source", spender, path, name, String(count)], {
      stdio: ["ignore", "pipe", "inherit"]
    })
    let output = ""
    const lines = () => output.split("\n").slice(0, -1)
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text
      if (lines().length >= killAfter) child.kill("SIGKILL")
    })
    child.on("close", () => resume(Effect.sync(lines)))
    return Effect.sync(() => child.kill("SIGKILL"))
  })

const withStore = <A, E>(path: string, use: (store: QuotaStore["Service"]) => Effect.Effect<A, E>) =>
  Effect.provide(QuotaStore.use(use), SqliteQuotaStore.layer({ path }))

const fund = (path: string, credits: number) => withStore(path, (store) => spending.fund(store, credits))

/** What was answered must be in the books, at least; and the books must balance. */
const booksKeep = (path: string, answers: ReadonlyArray<string>, granted: number) =>
  withStore(
    path,
    Effect.fnUntraced(function* (store) {
      const audit = yield* store.audit(DateTime.makeUnsafe(0))
      assert.deepStrictEqual([audit.unbalanced, audit.granted], [[], granted])
      for (const answer of answers) {
        const [id = "", state] = answer.split(" ")
        const spend = Option.getOrThrow(yield* store.find(TaskId.make(id)))
        if (state !== "Open") assert.strictEqual(spend.state._tag, state)
      }
      return audit
    })
  )

describe("SqliteQuotaStore, by processes", () => {
  it.live(
    "several on one file, missing at first, spend what there is and no more",
    () =>
      Effect.gen(function* () {
        const path = yield* temporaryFile
        const starts = ["00000001", "00000002", "00000003"].map((name) => answersOf(path, name, 0))
        yield* Effect.all(starts, { concurrency: "unbounded" })
        yield* fund(path, 100)
        const runs = ["00000001", "00000002", "00000003"].map((name) => answersOf(path, name, 150))
        const answers = (yield* Effect.all(runs, { concurrency: "unbounded" })).flat()
        const audit = yield* booksKeep(path, answers, 100)
        const answered = (state: string) => answers.filter((answer) => answer.endsWith(state)).length
        assert.strictEqual(audit.settled, answered("Settled"))
        assert.strictEqual(audit.open, answered("Open") - answered("Settled") - answered("Refunded"))
      }),
    { timeout: 60_000 }
  )

  it.live.each([1, 10, 100, 333, 1000])(
    "killed after %i answers: what was answered is kept, and the books balance",
    (killAfter) =>
      Effect.gen(function* () {
        const path = yield* temporaryFile
        yield* fund(path, 100_000)
        const answers = yield* answersOf(path, "00000001", 50_000, killAfter)
        assert.isAtLeast(answers.length, killAfter)
        const audit = yield* booksKeep(path, answers, 100_000)
        assert.isBelow(audit.open + audit.settled, 30_000, "it was still spending")
      }),
    { timeout: 60_000 }
  )
})
