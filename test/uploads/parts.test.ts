import { assert, layer } from "@effect/vitest"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect } from "effect"
import { formOf, request } from "../e2e/support/Client.ts"
import { assertFailure, assertUntouched } from "../e2e/support/Failures.ts"
import { assertSameBytes, file, gif, jpeg, png, webp } from "../e2e/support/Fixtures.ts"
import { generateByForm, newAccount, taskIdOf } from "../e2e/support/Jobs.ts"
import * as Service from "../e2e/support/Service.ts"
import { submissionsOf } from "../e2e/support/Upstream.ts"
import { spooled } from "./support/Spool.ts"
import { beginChunkedForm, end, fieldsOf, fileHead } from "./support/Upload.ts"

const orderWith = (form: FormData) => request("/api/images/generate", { method: "POST", body: form })

layer(Service.layer(), { excludeTestServices: true })("a form", (it) => {
  it.effect.each([
    ["image/png", png("a fox")],
    ["image/jpeg", jpeg],
    ["image/webp", webp],
    ["image/gif", gif]
  ] as const)("brings an image that is %s by its bytes, whatever it is called", ([type, bytes]) =>
    Effect.gen(function* () {
      yield* Service.freshUpstream
      const upload = file("photo.bin", bytes, "application/octet-stream")
      const ordered = yield* generateByForm({ fingerprint: yield* newAccount }, [upload])
      const [submission] = yield* submissionsOf(yield* taskIdOf(ordered))
      assert.strictEqual(submission?.files[0]?.type, type)
      assertSameBytes(submission?.files[0]?.bytes, bytes)
    })
  )

  it.effect("may bring as many images as the limit is", () =>
    Effect.gen(function* () {
      yield* Service.freshUpstream
      const files = ["a fox", "an owl", "a bridge", "a lamp"].map((what) => file(`${what}.png`, png(what)))
      const ordered = yield* generateByForm({ fingerprint: yield* newAccount }, files)
      assert.deepInclude(ordered.json["data"], { mode: "image" })
      const [submission] = yield* submissionsOf(yield* taskIdOf(ordered))
      assert.deepStrictEqual(
        submission?.files.map(({ name }) => name),
        files.map(({ name }) => name)
      )
    })
  )

  it.effect(
    "may have file inputs that were left empty, as browsers send them, besides as many images as the limit is",
    () =>
      Effect.gen(function* () {
        yield* Service.freshUpstream
        const upload = yield* beginChunkedForm()
        const empty = `${fileHead("image", "")}\r\n`
        yield* upload.send(fieldsOf(yield* newAccount) + empty)
        for (const what of ["a fox", "an owl", "a bridge", "a lamp"]) {
          yield* upload.send(fileHead())
          yield* upload.send(png(what))
          yield* upload.send("\r\n")
        }
        yield* upload.send(`${fileHead("images", "")}\r\n${fileHead("image", "")}${end}`)
        yield* upload.finish
        const { status, text } = yield* upload.answer
        assert.strictEqual(status, 200, text)
        const { awaitRequest } = yield* UpstreamSimulator
        assert.lengthOf((yield* awaitRequest(({ call }) => call === "submit")).files, 4)
      })
  )

  it.effect("may have fields and files that nobody asked for: they reach neither disk nor upstream", () =>
    Effect.gen(function* () {
      const { awaitRequest } = yield* UpstreamSimulator
      yield* Service.freshUpstream
      const form = formOf({
        prompt: "a red fox",
        fingerprint: yield* newAccount,
        n: "4",
        __proto__: "x",
        model: "dall-e"
      })
      form.append("n", "5")
      for (let count = 0; count < 5; count++) form.append("mask", file("mask.png", new Uint8Array(2_000_000)))
      form.append("image", file("fox.png", png("a fox")))
      const ordered = yield* orderWith(form)
      assert.strictEqual(ordered.status, 200, ordered.text)
      const { fields, files } = yield* awaitRequest(({ call }) => call === "submit")
      assert.deepStrictEqual(Object.keys(fields).toSorted(), ["client_task_id", "model", "prompt", "size"])
      assert.strictEqual(fields["model"], "gpt-image-2")
      assert.lengthOf(files, 1)
      assert.deepStrictEqual(yield* spooled, [])
    })
  )

  it.effect.each(["images", "image[]", "image[0]", "Image"])(
    "may not bring a file as '%s', which would be paid for and not used",
    (name) =>
      Effect.gen(function* () {
        yield* Service.freshUpstream
        const fingerprint = yield* newAccount
        const form = formOf({ prompt: "a red fox", fingerprint })
        form.append(name, file("fox.png", png("a fox")))
        const answer = yield* orderWith(form)
        yield* assertFailure(answer, 400, "InvalidRequest")
        assert.deepStrictEqual(answer.json["issues"], [{ path: name, problem: "must not be a file; send it as image" }])
        yield* assertUntouched(fingerprint)
      })
  )

  it.effect.each(["prompt", "fingerprint", "size"])("may not repeat its %s, not even word by word", (name) =>
    Effect.gen(function* () {
      yield* Service.freshUpstream
      const fingerprint = yield* newAccount
      const fields: Readonly<Record<string, string>> = { prompt: "a red fox", size: "1:1", fingerprint }
      const form = formOf(fields, [file("fox.png", png("a fox"))])
      form.append(name, fields[name] ?? "")
      const answer = yield* orderWith(form)
      yield* assertFailure(answer, 400, "InvalidRequest")
      assert.deepStrictEqual(answer.json["issues"], [{ path: name, problem: "must not be repeated" }])
      yield* assertUntouched(fingerprint)
    })
  )
})
