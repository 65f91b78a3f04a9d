import { assert, layer } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { post, request } from "./support/Client.ts"
import * as Service from "./support/Service.ts"

const generate = "/api/images/generate"
const enhance = "/api/prompts/enhance"
const task = "/api/images/tasks/00000000-0000-4000-8000-000000000001"
const fingerprint = "newcomer-1"

const raw = (path: string, body: string) => (headers: Readonly<Record<string, string>>) =>
  request(path, { method: "POST", headers: { "content-type": "application/json", ...headers }, body })
const json =
  (path: string, body: object, more: Readonly<Record<string, string>> = {}) =>
  (headers: Readonly<Record<string, string>>) =>
    post(path, body, { ...headers, ...more })
const get = (path: string) => (headers: Readonly<Record<string, string>>) => request(path, { headers })
const form = (field: string, value: string | Blob) => (headers: Readonly<Record<string, string>>) => {
  const body = new FormData()
  body.append("prompt", "a red fox")
  body.append(field, value)
  return request(generate, { method: "POST", headers, body })
}

/** What is wrong with a request, where, and what is said of it. */
const issues = [
  ["no field", json(enhance, { prompt: "a" }), "direction", "is missing", "缺少此字段"],
  ["a number", json(generate, { prompt: 1, fingerprint }), "prompt", "must be text", "须为文本"],
  ["nothing but space", json(generate, { prompt: " ", fingerprint }), "prompt", "must not be empty", "不能为空"],
  [
    "too much",
    json(generate, { prompt: "a".repeat(32_001), fingerprint }),
    "prompt",
    "must be at most 32,000 characters",
    "最多 32,000 个字符"
  ],
  [
    "no account",
    json("/api/quota/status", { fingerprint: "x" }),
    "fingerprint",
    "must be 8 to 256 characters of A-Z a-z 0-9 _ -",
    "须为 8 至 256 个字符，仅限 A-Z a-z 0-9 _ -"
  ],
  [
    "no key",
    json(generate, { prompt: "a", fingerprint }, { "idempotency-key": "a b" }),
    "idempotency-key",
    "must be 1 to 255 visible ASCII characters",
    "须为 1 至 255 个可见 ASCII 字符"
  ],
  [
    "no direction",
    json(enhance, { prompt: "a", direction: "sideways" }),
    "direction",
    "must be details or creative",
    "须为 details 或 creative"
  ],
  [
    "a number for a direction",
    json(enhance, { prompt: "a", direction: 5 }),
    "direction",
    "must be details or creative",
    "须为 details 或 creative"
  ],
  ["no task's id", get("/api/images/tasks/x"), "id", "must be a UUID in lower case", "须为小写的 UUID"],
  ...["x", "56", "-1", "", "1&wait=2"].map(
    (wait) =>
      [
        `wait=${wait}`,
        get(`${task}?wait=${wait}`),
        "wait",
        "must be a number of seconds from 0 to 55",
        "须为 0 至 55 之间的秒数"
      ] as const
  ),
  ["a text for a file", form("image", "a"), "image", "must be a file", "须为文件"],
  ["a field twice", form("prompt", "a"), "prompt", "must not be repeated", "不能重复"],
  [
    "another name for a file",
    form("images[]", new Blob(["a"])),
    "images[]",
    "must not be a file; send it as image",
    "不能是文件，请以 image 字段发送"
  ],
  ["a list", raw(generate, "[]"), "", "the body must be a JSON object", "请求体须为 JSON 对象"],
  ["a list of one", raw(enhance, "[1]"), "", "the body must be a JSON object", "请求体须为 JSON 对象"],
  ["nothing", raw(enhance, ""), "", "the body must be a JSON object", "请求体须为 JSON 对象"],
  ["half of an object", raw(generate, "{"), "", "the body is not valid JSON", "请求体不是有效的 JSON"]
] as const

const Issues = Schema.Array(Schema.Struct({ path: Schema.String, problem: Schema.String }))

layer(Service.layer(), { excludeTestServices: true })("what is wrong in a request", (it) => {
  it.effect.each(issues)("is told of %s in either language", ([, send, path, english, chinese]) =>
    Effect.gen(function* () {
      for (const [language, problem] of [
        ["en", english],
        ["zh-CN", chinese]
      ] as const) {
        const { json, status } = yield* send({ "accept-language": language })
        assert.strictEqual(status, 400)
        assert.deepInclude(yield* Schema.decodeUnknownEffect(Issues)(json["issues"]), { path, problem })
      }
    })
  )
})
