import { assert, describe, it } from "@effect/vitest"
import { openaiBase, taskUrl, UpstreamRoot } from "@scnmnt/adapters-http/Chatgpt2apiEndpoint"
import { Redacted, Schema } from "effect"

describe("the base URL", () => {
  it.each([
    ["http://localhost:8000", "http://localhost:8000"],
    ["http://localhost:8000/", "http://localhost:8000"],
    ["http://localhost:8000/v1", "http://localhost:8000"],
    ["http://localhost:8000/v1/", "http://localhost:8000"],
    ["http://localhost:8000//v1//", "http://localhost:8000"],
    ["https://host/some/path/v1", "https://host/some/path"],
    ["https://host/some/path", "https://host/some/path"],
    ["https://host/apiv1", "https://host/apiv1"],
    ["https://user:password@host/v1?key=1#x", "https://host"]
  ])("%s has its tasks and its OpenAI API below %s", (text, root) => {
    const endpoint = { root: Schema.decodeSync(UpstreamRoot)(text), apiKey: Redacted.make("key") }
    assert.strictEqual(taskUrl(endpoint, "/edits").href, `${root}/api/image-tasks/edits`)
    assert.strictEqual(taskUrl(endpoint, "?ids=a").href, `${root}/api/image-tasks?ids=a`)
    assert.strictEqual(openaiBase(endpoint).href, `${root}/v1`)
  })

  it.each(["", "localhost:8000", "/v1", "ftp://host/v1", "file:///etc/passwd"])("can't be %j", (text) => {
    assert.throws(() => Schema.decodeSync(UpstreamRoot)(text))
  })
})
