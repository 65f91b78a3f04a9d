import { assert, layer } from "@effect/vitest"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect, Fiber } from "effect"
import { assertSameBytes, file, png } from "../e2e/support/Fixtures.ts"
import { balanceOf, generateByForm, newAccount } from "../e2e/support/Jobs.ts"
import * as Service from "../e2e/support/Service.ts"
import { holdSubmission, submittedId } from "../e2e/support/Upstream.ts"
import { nothingLeft, spooled, spooledUpTo } from "./support/Spool.ts"
import { beginChunkedForm, type ChunkedUpload, end, field, fieldsOf, fileHead } from "./support/Upload.ts"

/** A picture of so many bytes, no two stretches of them the same. */
const picture = (count: number) => {
  const head = png("a fox")
  const all = Uint8Array.from({ length: count }, (_, index) => (index * 31 + (index >> 8)) % 256)
  all.set(head.subarray(0, 64))
  return all
}
const large = picture(3_000_000)

/** An order whose picture lies on disk, but for its end. */
const underWay = Effect.fnUntraced(function* (fingerprint: string, content = large) {
  const upload = yield* beginChunkedForm()
  yield* upload.send(fieldsOf(fingerprint) + fileHead())
  yield* upload.send(content)
  yield* spooledUpTo(2_000_000)
  return upload
})

layer(Service.layer(), { excludeTestServices: true })("an upload goes to disk", (it) => {
  it.effect("past what may stay in memory, and reaches the upstream byte by byte from there", () =>
    Effect.gen(function* () {
      const { requests } = yield* Service.freshUpstream
      const fingerprint = yield* newAccount
      const files = [file("1.png", picture(700_000)), file("2.png", picture(700_001)), file("3.png", large)]
      const { answer } = yield* holdSubmission()
      const ordering = yield* Effect.forkChild(generateByForm({ fingerprint }, files))
      const id = yield* submittedId
      assert.deepStrictEqual((yield* spooled).toSorted(), [3_000_000, 700_001])
      yield* answer({ id, status: "queued" })
      yield* Fiber.join(ordering)
      const submission = (yield* requests).find(({ call }) => call === "submit")
      assert.lengthOf(submission?.files ?? [], 3)
      assertSameBytes(submission?.files[2]?.bytes, large)
      yield* nothingLeft
    })
  )

  it.effect("and not before", () =>
    Effect.gen(function* () {
      yield* Service.freshUpstream
      const fingerprint = yield* newAccount
      const { answer } = yield* holdSubmission()
      const ordering = yield* Effect.forkChild(generateByForm({ fingerprint }, [file("1.png", picture(1_048_576))]))
      const id = yield* submittedId
      assert.deepStrictEqual(yield* spooled, [])
      yield* answer({ id, status: "queued" })
      yield* Fiber.join(ordering)
    })
  )
})

/** How an upload that lies on disk goes on, and the status that it comes to. */
const courses: ReadonlyArray<
  readonly [what: string, status: number, (upload: ChunkedUpload) => Effect.Effect<unknown, never, UpstreamSimulator>]
> = [
  ["has become a task", 200, ({ finish, send }) => Effect.andThen(send(end), finish)],
  ["is too large", 413, ({ send }) => send(new Uint8Array(8_000_000))],
  ["repeats its prompt", 400, ({ send }) => send(`\r\n${field("prompt", "an owl")}${field("size", "1:1")}`)],
  ["breaks off", 400, ({ finish, send }) => Effect.andThen(send("\r\n--x\r\nContent-Dispo"), finish)],
  ["has no good form", 400, ({ finish, send }) => Effect.andThen(send(`\r\n${field("size", "x".repeat(99))}`), finish)],
  [
    "the upstream refuses",
    422,
    ({ finish, send }) =>
      UpstreamSimulator.use(({ play }) => play(Fault.refuse(400))).pipe(
        Effect.andThen(send(end)),
        Effect.andThen(finish)
      )
  ],
  [
    "the upstream does not let in",
    502,
    ({ finish, send }) =>
      UpstreamSimulator.use(({ play }) => play(Fault.refuse(401))).pipe(
        Effect.andThen(send(end)),
        Effect.andThen(finish)
      )
  ]
]

layer(Service.layer(), { excludeTestServices: true })("nothing is left on disk of an upload that", (it) => {
  it.effect.each(courses)("%s", ([, status, goOn]) =>
    Effect.gen(function* () {
      yield* Service.freshUpstream
      const upload = yield* underWay(yield* newAccount)
      yield* goOn(upload)
      const answer = yield* upload.answer
      assert.strictEqual(answer.status, status, answer.text)
      yield* nothingLeft
    })
  )

  it.effect("has no image in it", () =>
    Effect.gen(function* () {
      const upload = yield* underWay(yield* newAccount, new Uint8Array(3_000_000))
      yield* upload.send(end)
      assert.strictEqual((yield* upload.answer).status, 415)
      yield* nothingLeft
    })
  )

  it.effect("nobody can pay for", () =>
    Effect.gen(function* () {
      const upload = yield* underWay("account-without-a-credit")
      yield* upload.send(end)
      yield* upload.finish
      assert.strictEqual((yield* upload.answer).status, 402)
      yield* nothingLeft
    })
  )

  it.effect("its sender has left", () =>
    Effect.gen(function* () {
      const { requests } = yield* Service.freshUpstream
      const fingerprint = yield* newAccount
      const { leave } = yield* underWay(fingerprint)
      yield* leave
      yield* nothingLeft
      assert.deepStrictEqual(yield* requests, [])
      assert.strictEqual(yield* balanceOf(fingerprint), 10)
    })
  )

  it.effect("its sender has left while it was on its way to the upstream", () =>
    Effect.gen(function* () {
      yield* Service.freshUpstream
      const { answer } = yield* holdSubmission({ accepts: true })
      const upload = yield* underWay(yield* newAccount)
      yield* upload.send(end)
      yield* upload.finish
      const id = yield* submittedId
      yield* upload.leave
      yield* Service.clientsLeaveIsKnown
      yield* answer({ id, status: "queued" })
      yield* nothingLeft
    })
  )
})
