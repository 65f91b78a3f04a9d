import { assert, describe, it } from "@effect/vitest"
import { Prompt } from "@scnmnt/core/Prompt"
import { Option, Schema } from "effect"

const parse = Schema.decodeUnknownOption(Prompt)

describe("Prompt", () => {
  it.each([
    { what: "a word", text: "fox", prompt: "fox" },
    { what: "blanks around", text: " \t\r\n a  red\nfox \u3000", prompt: "a  red\nfox" },
    { what: "one character", text: "狐", prompt: "狐" },
    { what: "as long as may be", text: "x".repeat(32_000), prompt: "x".repeat(32_000) },
    { what: "too long by its blanks alone", text: ` ${"x".repeat(32_000)} `, prompt: "x".repeat(32_000) }
  ])("takes $what", ({ text, prompt }) => {
    assert.deepStrictEqual(parse(text), Option.some(Prompt.make(prompt)))
  })

  it.each([
    { what: "nothing", value: "" },
    { what: "blanks", value: " \n\t\u3000 " },
    { what: "too much", value: "x".repeat(32_001) },
    { what: "too much in astral characters", value: "🦊".repeat(16_001) },
    { what: "no text", value: 7 },
    { what: "none", value: undefined }
  ])("does not take $what", ({ value }) => {
    assert.isTrue(Option.isNone(parse(value)))
  })
})
