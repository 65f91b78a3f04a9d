import { assert, describe, it } from "@effect/vitest"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect, Fiber } from "effect"
import { existsSync, readdirSync } from "node:fs"
import { dirname } from "node:path"
import { connection } from "../../packages/adapters-quota/test/TemporaryFile.ts"
import { beginChunkedForm, fileHead } from "../uploads/support/Upload.ts"
import { spendOf } from "./support/Books.ts"
import { eventually, request } from "./support/Client.ts"
import { enhance } from "./support/Enhancement.ts"
import { assertFailure, assertUntouched } from "./support/Failures.ts"
import { file, png } from "./support/Fixtures.ts"
import { balanceOf, generate, generateByForm, newAccount, taskIdOf } from "./support/Jobs.ts"
import * as Process from "./support/Process.ts"
import * as Service from "./support/Service.ts"
import { holdSubmission, submissionsOf, submittedId } from "./support/Upstream.ts"

const key = { "idempotency-key": "order-1" }

/** A process that serves from these books. */
const served = Effect.fnUntraced(function* (storePath: string, further: Process.Variables = {}) {
  const process = yield* Process.serve({ ...(yield* Process.variables(storePath)), ...further })
  return { ...process, service: Service.Service.of({ url: yield* process.url, storePath }) }
})

/** The books as the process left them: whole, with nothing left to be written back, and this balance. */
const assertClean = Effect.fnUntraced(function* (storePath: string, fingerprint: string, balance: number) {
  assert.isFalse(existsSync(`${storePath}-wal`))
  const books = yield* connection(storePath)
  assert.deepStrictEqual({ ...books.prepare("PRAGMA integrity_check").get() }, { integrity_check: "ok" })
  const row = books.prepare("SELECT balance FROM accounts WHERE fingerprint = ?").get(fingerprint)
  assert.deepStrictEqual({ ...row }, { balance })
}, Effect.scoped)

// Some of these take 10 to 20 seconds by their nature, and all take their time to start: so they do it together.
describe.concurrent("the process", () => {
  it.live(
    "whose upstream is not there gives the credit back after the last of its tries",
    () =>
      Effect.gen(function* () {
        const outage = { CHATGPT2API_BASE_URL: "http://127.0.0.1:1/v1" }
        const { output, service } = yield* served(yield* Service.newStorePath, outage)
        yield* Effect.gen(function* () {
          const fingerprint = yield* newAccount
          const answer = yield* generate({ fingerprint })
          yield* assertFailure(answer, 503, "UpstreamUnavailable")
          assert.strictEqual(answer.headers.get("retry-after"), String(answer.json["retryAfter"]))
          assert.strictEqual(yield* spendOf(String(answer.json["taskId"])), "Refunded unavailable")
          assert.strictEqual(yield* balanceOf(fingerprint), 10)
          assert.notInclude(output.stdout + output.stderr, fingerprint)
        }).pipe(Effect.provideService(Service.Service, service))
      }).pipe(Effect.provide(UpstreamSimulator.layer())),
    60_000
  )

  it.live("does not wait for ever for an enhancement that has no end", () =>
    Effect.gen(function* () {
      const { awaitRequest, play } = yield* UpstreamSimulator
      yield* play(Fault.chatStall())
      const { exit, kill, service } = yield* served(yield* Service.newStorePath)
      const { readUntil } = yield* enhance({ prompt: "a red fox", direction: "details" }).pipe(
        Effect.provideService(Service.Service, service)
      )
      yield* readUntil("fox")
      yield* kill("SIGTERM")
      assert.strictEqual(yield* exit, 0)
      yield* awaitRequest(({ call, outcome }) => call === "chat" && outcome === "hung-up")
    }).pipe(Effect.provide(UpstreamSimulator.layer()))
  )

  it.live("told to stop refuses new lines, finishes what runs, closes its books and exits with 0", () =>
    Effect.gen(function* () {
      const { play } = yield* UpstreamSimulator
      const storePath = yield* Service.newStorePath
      const { exit, kill, service } = yield* served(storePath)
      const fingerprint = yield* Effect.gen(function* () {
        const fingerprint = yield* newAccount
        yield* play(Fault.neverEnds())
        const { answer } = yield* holdSubmission({ accepts: true })
        const ordering = yield* Effect.forkChild(generate({ fingerprint }))
        const id = yield* submittedId
        yield* kill("SIGTERM")
        yield* eventually(
          Effect.exit(request("/healthz", { headers: { connection: "close" } })),
          ({ _tag }) => _tag === "Failure"
        )
        yield* answer({ id, status: "queued" })
        const ordered = yield* Fiber.join(ordering)
        assert.strictEqual(ordered.status, 200)
        assert.strictEqual(yield* taskIdOf(ordered), id)
        assert.strictEqual(yield* exit, 0)
        assert.strictEqual(yield* spendOf(id), "Open")
        return fingerprint
      }).pipe(Effect.provideService(Service.Service, service))
      yield* assertClean(storePath, fingerprint, 9)
    }).pipe(Effect.provide(UpstreamSimulator.layer()))
  )

  it.live("keeps an upload on disk for as long as it is on its way, and no longer", () =>
    Effect.gen(function* () {
      const storePath = yield* Service.newStorePath
      const folder = dirname(dirname(storePath))
      const uploads = Effect.sync(() => readdirSync(folder).filter((name) => name.startsWith("scnmnt-upload")))
      const { service } = yield* served(storePath, { TMPDIR: folder, MAX_MULTIPART_MEMORY_BYTES: "100" })
      yield* Effect.gen(function* () {
        const fingerprint = yield* newAccount
        const { answer } = yield* holdSubmission({ status: 400 })
        const ordering = yield* Effect.forkChild(generateByForm({ fingerprint }, [file("fox.png", png("a fox"))]))
        const id = yield* submittedId
        assert.lengthOf(yield* uploads, 1)
        yield* Fiber.interrupt(ordering)
        yield* Service.clientsLeaveIsKnown
        assert.lengthOf(yield* uploads, 1)
        yield* answer({ detail: "no" })
        yield* eventually(spendOf(id), (spend) => spend === "Refunded rejected")
        yield* eventually(uploads, ({ length }) => length === 0)
        yield* generateByForm({ fingerprint }, [file("fox.png", png("a fox")), file("text.png", "a".repeat(1000))])
        yield* eventually(uploads, ({ length }) => length === 0)
      }).pipe(Effect.provideService(Service.Service, service))
    }).pipe(Effect.provide(UpstreamSimulator.layer()))
  )

  it.live(
    "refuses an upload that stalls, after 30 seconds",
    () =>
      Effect.gen(function* () {
        const { service } = yield* served(yield* Service.newStorePath)
        yield* Effect.gen(function* () {
          const fingerprint = yield* newAccount
          const upload = yield* beginChunkedForm()
          yield* upload.send(fileHead())
          const { status, text } = yield* upload.answer
          assert.strictEqual(status, 408)
          assert.include(text, "RequestTimeout")
          yield* assertUntouched(fingerprint)
        }).pipe(Effect.provideService(Service.Service, service))
      }).pipe(Effect.provide(UpstreamSimulator.layer())),
    60_000
  )

  it.live("told to stop by Ctrl-C with nothing running exits with 0", () =>
    Effect.gen(function* () {
      const storePath = yield* Service.newStorePath
      const { exit, kill, service } = yield* served(storePath)
      const fingerprint = yield* Effect.provideService(newAccount, Service.Service, service)
      yield* kill("SIGINT")
      assert.strictEqual(yield* exit, 0)
      yield* assertClean(storePath, fingerprint, 10)
    }).pipe(Effect.provide(UpstreamSimulator.layer()))
  )

  it.live(
    "that was killed between the credit and the answer is none the client pays for: its repeat finds the task",
    () =>
      Effect.gen(function* () {
        const { tasks } = yield* UpstreamSimulator
        const storePath = yield* Service.newStorePath
        const killed = yield* served(storePath)
        const [fingerprint, id] = yield* Effect.gen(function* () {
          const fingerprint = yield* newAccount
          yield* holdSubmission({ accepts: true })
          yield* Effect.forkChild(Effect.exit(generate({ fingerprint }, key)))
          const id = yield* submittedId
          yield* killed.kill("SIGKILL")
          yield* killed.exit
          return [fingerprint, id] as const
        }).pipe(Effect.provideService(Service.Service, killed.service))
        const { service } = yield* served(storePath)
        yield* Effect.gen(function* () {
          assert.strictEqual(yield* balanceOf(fingerprint), 9)
          const repeated = yield* generate({ fingerprint }, key)
          assert.strictEqual(repeated.headers.get("idempotency-replayed"), "true")
          assert.strictEqual(yield* taskIdOf(repeated), id)
          assert.lengthOf(yield* tasks, 1)
          assert.lengthOf(yield* submissionsOf(id), 1)
          assert.strictEqual(yield* balanceOf(fingerprint), 9)
        }).pipe(Effect.provideService(Service.Service, service))
      }).pipe(Effect.provide(UpstreamSimulator.layer()))
  )
})
