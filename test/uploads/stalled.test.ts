import { assert, layer } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { eventually } from "../e2e/support/Client.ts"
import { png } from "../e2e/support/Fixtures.ts"
import { newAccount } from "../e2e/support/Jobs.ts"
import * as Service from "../e2e/support/Service.ts"
import * as Time from "../streams/support/Time.ts"
import { assertGivenUp } from "./support/Silence.ts"
import { nothingLeft, spooledUpTo } from "./support/Spool.ts"
import { beginChunkedForm, end, field, fileHead } from "./support/Upload.ts"

const stretch = new Uint8Array(2_000_000)

layer(Time.layer({ TASK_POLL_INTERVAL: "1 hour" }), { excludeTestServices: true })("an upload that stalls", (it) => {
  it.effect.each([
    ["before its first part", ""],
    ["in a field", field("prompt", "a red fox").slice(0, -5)],
    ["in a part's head", `${field("prompt", "a red fox")}--x\r\nContent-Dispo`],
    ["between two parts", `${field("prompt", "a red fox")}--x`],
    ["in an image", fileHead() + "some bytes"],
    ["in a file that nobody asked for", fileHead("other") + "some bytes"],
    ["in a file input that is left empty", fileHead("images", "")]
  ] as const)("%s is refused after 30 seconds, and costs nothing", ([, sent]) =>
    assertGivenUp(beginChunkedForm(), sent)
  )

  it.effect("leaves nothing on disk", () =>
    Effect.gen(function* () {
      const upload = yield* beginChunkedForm()
      yield* upload.send(fileHead())
      yield* upload.send(stretch)
      yield* spooledUpTo(1_500_000)
      const answering = yield* Effect.forkChild(upload.answer)
      // More than once, if there was still something to be written when the time began to pass.
      yield* eventually(
        Effect.map(Time.pass("30 seconds"), () => answering.pollUnsafe()),
        (answered) => answered !== undefined
      )
      assert.strictEqual((yield* Fiber.join(answering)).status, 408)
      yield* nothingLeft
    })
  )

  it.effect("for less is none, however long it takes in all", () =>
    Effect.gen(function* () {
      yield* Service.freshUpstream
      const upload = yield* beginChunkedForm()
      const parts = [
        field("prompt", "a red fox"),
        field("fingerprint", yield* newAccount) + fileHead(),
        png("a fox"),
        end
      ]
      for (const part of parts.flatMap((part) => cut(Buffer.from(part), 4))) {
        yield* upload.send(part)
        yield* Time.pass("29 seconds")
      }
      yield* upload.finish
      assert.strictEqual((yield* upload.answer).status, 200)
    })
  )
})

/** So many pieces of about the same length. */
const cut = (bytes: Buffer, count: number) => {
  const length = Math.ceil(bytes.length / count)
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * length, (index + 1) * length))
}
