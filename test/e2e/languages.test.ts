import { assert, layer } from "@effect/vitest"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { Effect } from "effect"
import { type Answer, post, request } from "./support/Client.ts"
import { generate, newAccount, taskIdOf } from "./support/Jobs.ts"
import * as Service from "./support/Service.ts"

const messageOf = ({ json }: Answer) => String(json["message"])
const chinese = /\p{Script=Han}/u

layer(Service.layer(), { excludeTestServices: true })("what people read", (it) => {
  it.effect.each([
    ["zh", true],
    ["zh-CN", true],
    ["zh-Hans-CN", true],
    ["zh-CN,zh;q=0.9,en;q=0.8", true],
    ["fr, zh;q=0.5", true],
    ["en-US,en;q=0.9,zh;q=0.8", false],
    ["en", false],
    ["fr", false],
    ["*", false],
    ["", false],
    [";;;q=zh", false]
  ] as const)("with Accept-Language '%s': Chinese is %s, and the tags stay", ([languages, isChinese]) =>
    Effect.gen(function* () {
      const headers = { "accept-language": languages }
      for (const answer of [
        yield* request("/nowhere", { headers }),
        yield* request("/healthz", { method: "POST", headers }),
        yield* post("/api/quota/status", {}, headers),
        yield* post("/api/images/generate", { prompt: "a red fox", fingerprint: "no-credits" }, headers)
      ]) {
        assert.strictEqual(chinese.test(messageOf(answer)), isChinese, messageOf(answer))
        assert.match(String(answer.json["error"]), /^[A-Z][A-Za-z]+$/)
        assert.strictEqual(answer.json["code"], answer.status)
      }
    })
  )

  it.effect("of a task that failed is in their language too, and never in the upstream's words", () =>
    Effect.gen(function* () {
      const { play } = yield* Service.freshUpstream
      yield* play(Fault.failsAtOnce())
      const fingerprint = yield* newAccount
      const id = yield* taskIdOf(yield* generate({ fingerprint }))
      const unknown = "00000000-0000-4000-8000-000000000000"
      for (const [task, languages, isChinese] of [
        [id, "zh-CN", true],
        [id, "en", false],
        [unknown, "zh-CN", true],
        [unknown, "en", false]
      ] as const) {
        const { text } = yield* request(`/api/images/tasks/${task}`, { headers: { "accept-language": languages } })
        assert.strictEqual(chinese.test(text), isChinese)
        assert.notInclude(text, "号池")
        assert.notInclude(text, "pool-07")
      }
    })
  )
})
