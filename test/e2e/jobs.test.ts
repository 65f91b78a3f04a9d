import { assert, layer } from "@effect/vitest"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { Duration, Effect } from "effect"
import { eventually, request } from "./support/Client.ts"
import { assertSameBytes, file, gif, jpeg, painted, png, webp } from "./support/Fixtures.ts"
import { balanceOf, follow, generate, generateByForm, imagePath, newAccount, taskIdOf, taskOf } from "./support/Jobs.ts"
import * as Service from "./support/Service.ts"

layer(Service.layer(), { excludeTestServices: true })("a job", (it) => {
  it.effect("in words goes from the request to the bytes that the upstream painted", () =>
    Effect.gen(function* () {
      const fingerprint = yield* newAccount
      const ordered = yield* generate({ fingerprint, prompt: "  a lighthouse in the fog ", size: "16:9" })
      assert.strictEqual(ordered.status, 200)
      assert.strictEqual(ordered.headers.get("content-type"), "application/json")
      const id = yield* taskIdOf(ordered)
      assert.deepInclude(ordered.json["data"], {
        mode: "text",
        size: "16:9",
        status: "queued",
        prompt: "a lighthouse in the fog",
        remainingCredits: 9
      })
      const task = yield* follow(id)
      assert.deepInclude(task, { id, mode: "text", size: "16:9", status: "completed", image: imagePath(id) })
      assert.notProperty(task, "refunded")
      const image = yield* request(imagePath(id))
      assert.strictEqual(image.status, 200)
      assertSameBytes(image.bytes, painted("a lighthouse in the fog", "16:9"))
      assert.strictEqual(yield* balanceOf(fingerprint), 9)
    })
  )

  it.effect.each([
    ["1:1", "1:1"],
    ["9:16", "9:16"],
    [" 16:9 ", "16:9"],
    ["1024x768", "1:1"],
    ["", "1:1"],
    [undefined, "1:1"]
  ] as const)("of the size %s is painted in the ratio %s", ([size, ratio]) =>
    Effect.gen(function* () {
      const fingerprint = yield* newAccount
      const id = yield* taskIdOf(yield* generate({ fingerprint, ...(size !== undefined && { size }) }))
      assert.strictEqual((yield* follow(id)).size, ratio)
      assertSameBytes((yield* request(imagePath(id))).bytes, painted("a red fox", ratio))
    })
  )

  it.effect("with reference images is painted from all of them, in their order", () =>
    Effect.gen(function* () {
      const fingerprint = yield* newAccount
      const references = [png("a stone bridge"), jpeg, webp, gif]
      const files = references.map((bytes, index) => file(`reference-${index}`, bytes))
      const ordered = yield* generateByForm({ fingerprint, size: "9:16" }, files)
      assert.deepInclude(ordered.json["data"], { mode: "image", size: "9:16", remainingCredits: 9 })
      const id = yield* taskIdOf(ordered)
      assert.deepInclude(yield* follow(id), { mode: "image", status: "completed" })
      const image = yield* request(imagePath(id))
      assertSameBytes(image.bytes, painted("a red fox", "9:16", references))
      assert.notDeepEqual(image.bytes, painted("a red fox", "9:16", references.toReversed()))
    })
  )

  it.effect("by a form without files is one in words", () =>
    Effect.gen(function* () {
      const fingerprint = yield* newAccount
      const ordered = yield* generateByForm({ fingerprint, size: "16:9" })
      assert.deepInclude(ordered.json["data"], { mode: "text", size: "16:9" })
      const id = yield* taskIdOf(ordered)
      yield* follow(id)
      assertSameBytes((yield* request(imagePath(id))).bytes, painted("a red fox", "16:9"))
    })
  )

  it.effect("by a browser's form in which no file was chosen is one in words", () =>
    Effect.gen(function* () {
      const fingerprint = yield* newAccount
      const part = (disposition: string, value = "") =>
        `--x\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${value}\r\n`
      const ordered = yield* request("/api/images/generate", {
        method: "POST",
        headers: { "content-type": "multipart/form-data; boundary=x" },
        body: [
          part('name="prompt"', "a red fox"),
          part('name="fingerprint"', fingerprint),
          part('name="image"; filename=""\r\nContent-Type: application/octet-stream'),
          "--x--\r\n"
        ].join("")
      })
      assert.deepInclude(ordered.json["data"], { mode: "text" })
    })
  )

  it.effect("tells the upstream's step while it runs, and the prompt as the upstream understood it at its end", () =>
    Effect.gen(function* () {
      const { play } = yield* Service.freshUpstream
      const fingerprint = yield* newAccount
      yield* play(Fault.fate({ queuedFor: 0, runsFor: Duration.infinity }))
      const id = yield* taskIdOf(yield* generate({ fingerprint }))
      const running = yield* eventually(taskOf(id), ({ status }) => status === "running")
      assert.deepInclude(running, { status: "running", progress: "getting_account" })
      const revised = (url: string) => [{ url, revised_prompt: "a red fox, sitting" }]
      yield* play(Fault.fate({ data: ({ origin, path }) => revised(`${origin}${path}`) }))
      const completed = yield* follow(yield* taskIdOf(yield* generate({ fingerprint })))
      assert.deepInclude(completed, { status: "completed", revisedPrompt: "a red fox, sitting" })
    })
  )
})
