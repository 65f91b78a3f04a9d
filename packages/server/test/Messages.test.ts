import { assert, describe, it } from "@effect/vitest"
import { RefundReason } from "@scnmnt/core/Spend"
import { Record, Schema } from "effect"
import * as Failures from "../src/api/Failures.ts"
import { Problem } from "../src/http/Problem.ts"
import { messages, preferred } from "../src/Messages.ts"

/** What the service may have to say, read from what it can fail with and not from the catalogue. */
const phrases = [
  ...Object.values(Failures).map(({ identifier }) => identifier),
  ...RefundReason.literals,
  "unknown-task",
  ...Problem.literals
].toSorted()

const isProblem = Schema.is(Problem)

describe.each(Record.toEntries(messages))("the catalogue, %s", (language, texts) => {
  it("has words for every failure, every refund and every problem, and for nothing else", () => {
    assert.isAbove(phrases.length, 25)
    assert.deepStrictEqual(Object.keys(texts).toSorted(), phrases)
  })

  it.each(Record.toEntries<string, string>(texts))("%s: %s", (phrase, text) => {
    assert.strictEqual(/\p{Script=Han}/u.test(text), language === "zh")
    // What is wrong with a field stands after its name.
    const [sentence, clause] = language === "zh" ? [/。$/, /[^。]$/] : [/^[A-Z].*\.$/, /^[a-z].*[^.]$/]
    assert.match(text, isProblem(phrase) ? clause : sentence)
  })

  it("says no two things in the same words", () => {
    assert.lengthOf(new Set(Object.values(texts)), phrases.length)
  })
})

describe("Accept-Language", () => {
  it.each([
    ["zh;q=0.2, en;q=0.1", "zh"],
    ["zh;q=0.1, en;q=0.2", "en"],
    ["en;q=0, zh;q=0.001", "zh"],
    ["zh;q=0", "en"],
    ["zh;q=0, *", "en"],
    ["ZH-hans", "zh"],
    ["zho", "en"],
    ["de, *;q=0.1", "en"],
    [undefined, "en"]
  ] as const)("%s: %s", (header, language) => {
    assert.strictEqual(preferred(header), language)
  })
})
