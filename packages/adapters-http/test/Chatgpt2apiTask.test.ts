import { assert, describe, it } from "@effect/vitest"
import * as Chatgpt2apiTask from "../src/Chatgpt2apiTask.ts"
import { ImageLocation, UpstreamTask } from "@scnmnt/core/ports/ImageUpstream"
import { Option } from "effect"

const read = (wire: object) => Option.getOrThrow(Chatgpt2apiTask.read({ id: "a", ...wire }))
const succeeded = (data: unknown) => read({ status: "success", data }).task
const at = (url: string) => ImageLocation.cases.Address.make({ url })
const inline = (base64: string) => ImageLocation.cases.Inline.make({ base64 })
const noImage = UpstreamTask.cases.Succeeded.make({})

describe("a task on the wire", () => {
  it.each([
    ["queued", "Queued"],
    ["running", "Running"],
    ["success", "Succeeded"],
    ["succeeded", "Succeeded"],
    ["completed", "Succeeded"],
    ["error", "Failed"],
    ["failed", "Failed"],
    ["canceled", "Failed"],
    ["cancelled", "Failed"],
    ["expired", "Failed"],
    ["timeout", "Failed"]
  ])("that is %s is %s, in any case", (status, tag) => {
    for (const form of [status, status.toUpperCase(), ` ${status[0]?.toUpperCase()}${status.slice(1)}`]) {
      assert.strictEqual(read({ status: form }).task._tag, tag)
      assert.isUndefined(read({ status: form }).unknownStatus)
    }
  })

  it("with an unknown status runs, and says which it was", () => {
    assert.deepStrictEqual(read({ status: "Moderating", progress: "step" }), {
      id: "a",
      task: UpstreamTask.cases.Running.make({ progress: "step" }),
      unknownStatus: "Moderating",
      error: undefined
    })
  })

  it("may have odd progress, and its error is kept apart", () => {
    assert.deepStrictEqual(
      read({ status: "running", progress: 7 }).task,
      UpstreamTask.cases.Running.make({ progress: undefined })
    )
    assert.deepStrictEqual(read({ status: "error", error: "no account left" }).error, "no account left")
  })

  it.each([
    ["an absolute URL", [{ url: "https://host/a.png" }], at("https://host/a.png")],
    ["a path", [{ url: "/images/a.png" }], at("/images/a.png")],
    ["base64", [{ b64_json: "AAAA" }], inline("AAAA")],
    ["both: the image itself goes first", [{ url: "/a.png", b64_json: "AAAA" }], inline("AAAA")],
    ["nulls beside it", [{ url: null, b64_json: "AAAA", revised_prompt: null }], inline("AAAA")],
    ["a data URL", [{ url: "data:image/png;base64,AAAA" }], inline("AAAA")],
    ["a data URL in base64's place", [{ b64_json: "data:image/png;base64,AAAA" }], inline("AAAA")],
    ["base64 in lines", [{ b64_json: " AA\r\nAA\n" }], inline("AAAA")],
    ["a long URL", [{ url: `/${"a".repeat(8191)}` }], at(`/${"a".repeat(8191)}`)],
    ["the one after a URL that is too long", [{ url: `/${"a".repeat(8192)}` }, { url: "/b.png" }], at("/b.png")],
    ["the second entry", [{ url: "" }, null, { url: "/a.png" }], at("/a.png")]
  ])("has its image as %s", (_, data, image) => {
    assert.deepStrictEqual(succeeded(data), UpstreamTask.cases.Succeeded.make({ image, revisedPrompt: undefined }))
  })

  it("may have a revised prompt", () => {
    const image = at("/a.png")
    assert.deepStrictEqual(
      succeeded([{ url: "/a.png", revised_prompt: "a fox" }]),
      UpstreamTask.cases.Succeeded.make({ image, revisedPrompt: "a fox" })
    )
  })

  it.each([
    undefined,
    null,
    [],
    {},
    "text",
    7,
    [{}],
    [[]],
    [{ url: 7 }],
    [{ b64_json: "" }],
    [{ b64_json: "\n" }],
    [{ url: "data:image/png;base64," }],
    [null]
  ])("succeeded without an image where its data is %j", (data) => assert.deepStrictEqual(succeeded(data), noImage))

  it.each([
    null,
    "task",
    [],
    {},
    { id: "a" },
    { status: "queued" },
    { id: 7, status: "queued" },
    { id: "a", status: 7 }
  ])("is none where it is %j", (wire) => assert.isTrue(Option.isNone(Chatgpt2apiTask.read(wire))))
})
