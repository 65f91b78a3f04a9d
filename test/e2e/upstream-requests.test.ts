import { assert, layer } from "@effect/vitest"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import type { ReceivedRequest } from "@scnmnt/upstream-simulator/ReceivedRequest"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect } from "effect"
import { post, request } from "./support/Client.ts"
import { assertSameBytes, file, gif, jpeg, png, webp } from "./support/Fixtures.ts"
import { complete, generate, generateByForm, imagePath, newAccount, taskIdOf } from "./support/Jobs.ts"
import * as Service from "./support/Service.ts"

/** The one submission that the upstream received. */
const submission = Effect.gen(function* () {
  const { requests } = yield* UpstreamSimulator
  const submissions = (yield* requests).filter(({ call }) => call === "submit")
  assert.lengthOf(submissions, 1)
  return yield* Effect.fromNullishOr(submissions[0])
})

const headerNames = ({ rawHeaders }: ReceivedRequest) =>
  rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase())

layer(Service.layer({ CHATGPT2API_IMAGE_MODEL: "image-model", CHATGPT2API_PROMPT_MODEL: "prompt-model" }), {
  excludeTestServices: true
})("the upstream receives", (it) => {
  it.effect("the key with every request of every kind", () =>
    Effect.gen(function* () {
      const { apiKey, requests } = yield* Service.freshUpstream
      const fingerprint = yield* newAccount
      const { id } = yield* complete({ fingerprint })
      yield* request(imagePath(id))
      yield* generateByForm({ fingerprint }, [file("fox.png", png("a fox"))])
      yield* post("/api/prompts/enhance", { prompt: "a red fox", direction: "details" })
      const received = yield* requests
      assert.sameMembers([...new Set(received.map(({ call }) => call))], ["submit", "look-up", "image", "chat"])
      for (const { headers } of received) assert.strictEqual(headers["authorization"], `Bearer ${apiKey}`)
    })
  )

  it.effect("a job in words as JSON, of known length, under our id", () =>
    Effect.gen(function* () {
      yield* Service.freshUpstream
      const fingerprint = yield* newAccount
      const prompt = 'a "red" fox\n和雪 🦊'
      const id = yield* taskIdOf(yield* generate({ fingerprint, prompt, size: "16:9" }))
      const received = yield* submission
      assert.strictEqual(received.path, "/api/image-tasks/generations")
      assert.match(received.headers["content-type"] ?? "", /^application\/json/)
      assert.strictEqual(received.headers["content-length"], String(received.body.length))
      assert.notInclude(headerNames(received), "transfer-encoding")
      assert.deepStrictEqual(received.fields, { client_task_id: id, prompt, model: "image-model", size: "16:9" })
    })
  )

  it.effect("a job with references as a form, of known length, the files byte for byte", () =>
    Effect.gen(function* () {
      yield* Service.freshUpstream
      const fingerprint = yield* newAccount
      const references = [png("a fox"), jpeg, webp, gif]
      const files = references.map((bytes, index) => file(`${index}`, bytes))
      const prompt = "a red fox\r\n和雪 🦊"
      const id = yield* taskIdOf(yield* generateByForm({ fingerprint, prompt, size: "9:16" }, files))
      const received = yield* submission
      assert.strictEqual(received.path, "/api/image-tasks/edits")
      assert.match(received.headers["content-type"] ?? "", /^multipart\/form-data; boundary=/)
      assert.strictEqual(received.headers["content-length"], String(received.body.length))
      assert.notInclude(headerNames(received), "transfer-encoding")
      assert.deepStrictEqual(received.fields, { client_task_id: id, prompt, model: "image-model", size: "9:16" })
      assert.deepStrictEqual(
        received.files,
        references.map((bytes, index) => ({
          field: "image",
          name: `${index}`,
          type: ["image/png", "image/jpeg", "image/webp", "image/gif"][index] ?? "",
          bytes
        }))
      )
    })
  )

  it.effect("file names in any characters", () =>
    Effect.gen(function* () {
      yield* Service.freshUpstream
      const names = ["雪 と 狐.png", 'a "red" fox.png', "naïve ; filename=x.png", "🦊.png"]
      const files = names.map((name) => file(name, png("a fox")))
      yield* generateByForm({ fingerprint: yield* newAccount }, files)
      const received = yield* submission
      assert.deepStrictEqual(
        received.files.map(({ name }) => decodeURIComponent(name)),
        names
      )
      const body = Buffer.from(received.body).toString()
      assert.include(body, 'Content-Disposition: form-data; name="image"; filename="雪 と 狐.png"\r\n')
      assert.include(body, 'filename="a %22red%22 fox.png"\r\n')
    })
  )

  it.effect.each([
    ["filename*=UTF-8''a%20%22red%22%20fox%20%E9%9B%AA.png", "a %22red%22 fox 雪.png"],
    ['filename="../../C:\\fakepath\\fox.png"', "fox.png"]
  ] as const)("of a file that came with %s, a name that ends where it should", ([fileName, expected]) =>
    Effect.gen(function* () {
      yield* Service.freshUpstream
      const fingerprint = yield* newAccount
      const part = (disposition: string, value: string | Uint8Array) => [
        `--x\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`,
        value,
        "\r\n"
      ]
      const body = [
        ...part('name="prompt"', "a red fox"),
        ...part('name="fingerprint"', fingerprint),
        ...part(`name="image"; ${fileName}\r\nContent-Type: image/png`, png("a fox")),
        "--x--\r\n"
      ]
      const answer = yield* request("/api/images/generate", {
        method: "POST",
        headers: { "content-type": "multipart/form-data; boundary=x" },
        body: Buffer.concat(body.map((piece) => Buffer.from(piece)))
      })
      assert.strictEqual(answer.status, 200)
      const received = yield* submission
      assert.deepStrictEqual(
        received.files.map(({ bytes, name }) => [name, bytes]),
        [[decodeURIComponent(expected), png("a fox")]]
      )
      assert.include(Buffer.from(received.body).toString(), `filename="${expected}"\r\n`)
    })
  )

  it.effect.each(["application/octet-stream", "text/plain", "application/json", "image/jpeg", "text/html", ""])(
    "the type that a file has by its bytes, though it was sent as '%s'",
    ([type]) =>
      Effect.gen(function* () {
        yield* Service.freshUpstream
        const bytes = png("a fox")
        yield* generateByForm({ fingerprint: yield* newAccount }, [file("fox", bytes, type)])
        const { files } = yield* submission
        assert.deepStrictEqual(files, [{ field: "image", name: "fox", type: "image/png", bytes }])
      })
  )

  it.effect("a big file whole, though it never was in memory at once", () =>
    Effect.gen(function* () {
      yield* Service.freshUpstream
      const bytes = new Uint8Array(9_000_000).map((_, index) => index % 251)
      bytes.set(png("a fox"))
      const answer = yield* generateByForm({ fingerprint: yield* newAccount }, [file("big.png", bytes)])
      assert.strictEqual(answer.status, 200)
      const { files, headers, body } = yield* submission
      assertSameBytes(files[0]?.bytes, bytes)
      assert.strictEqual(headers["content-length"], String(body.length))
    })
  )

  it.effect("the same body when a try is repeated", () =>
    Effect.gen(function* () {
      const { play, requests, tasks } = yield* Service.freshUpstream
      yield* play(Fault.dropLine({ accepts: false }))
      const answer = yield* generateByForm({ fingerprint: yield* newAccount }, [file("fox.png", png("a fox"))])
      const tries = (yield* requests).filter(({ call }) => call === "submit")
      assert.lengthOf(tries, 2)
      const id = yield* taskIdOf(answer)
      for (const { fields, files } of tries) {
        assert.strictEqual(fields["client_task_id"], id)
        assert.deepStrictEqual(files[0]?.bytes, png("a fox"))
      }
      assert.lengthOf(yield* tasks, 1)
    })
  )

  it.effect("no look-up without an id", () =>
    Effect.gen(function* () {
      const { requests } = yield* Service.freshUpstream
      const ids = yield* Effect.forEach(
        ["a fox", "a hare", "an owl"],
        (prompt) => Effect.flatMap(newAccount, (fingerprint) => complete({ fingerprint, prompt })),
        { concurrency: "unbounded" }
      )
      yield* request("/api/images/tasks/00000000-0000-4000-8000-000000000000")
      const lookUps = (yield* requests).filter(({ call }) => call === "look-up")
      const asked = lookUps.flatMap(({ query }) => (query["ids"] ?? "").split(","))
      assert.includeMembers(
        asked,
        ids.map(({ id }) => id)
      )
      for (const id of asked) assert.match(id, /^[0-9a-f-]{36}$/)
    })
  )
})
