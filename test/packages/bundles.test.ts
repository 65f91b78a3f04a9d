import { assert, describe, it, vi } from "@effect/vitest"
import { bundle, everythingOf, runtimeNames } from "./Bundle.ts"

vi.setConfig({ testTimeout: 30_000 })

describe("a bundle for browsers", () => {
  it.each([
    ["all of core", everythingOf("packages/core")],
    ["the API definition", `export * from "@scnmnt/server/api/Api"`]
  ])("of %s carries no runtime's API", async (_, code) => {
    const { imports, own } = await bundle(code)
    assert.deepStrictEqual(imports, [])
    assert.isAbove(own.size, 10)
    for (const [path, code] of own) assert.deepStrictEqual(runtimeNames(code), [], path)
  })

  it("is told by the names that it looks up, not by those of properties", () => {
    const code = "const a = { global: process.title, [Buffer]: b.Deno }; globalThis.Bun; a.global"
    assert.deepStrictEqual(runtimeNames(code), ["process", "Buffer", "Bun"])
  })

  it("of one value carries its module and those that it is made of", async () => {
    const { own } = await bundle(`export { IdempotencyKey } from "@scnmnt/core/IdempotencyKey"`)
    assert.sameMembers([...own.keys()], ["packages/core/src/IdempotencyKey.ts", "packages/core/src/Problem.ts"])
  })

  it("of the API definition carries values, and nothing that does the work", async () => {
    const { code, own } = await bundle(`export * from "@scnmnt/server/api/Api"`)
    const others = [...own.keys()].filter((path) => !path.startsWith("packages/server/src/api/"))
    assert.deepStrictEqual(
      others.filter((path) => !path.startsWith("packages/core/src/") || path.includes("/ports/")),
      []
    )
    assert.include(others, "packages/core/src/Prompt.ts")
    assert.notInclude(code, "You improve prompts")
  })
})
