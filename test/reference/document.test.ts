import { execFile } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { validate } from "@readme/openapi-parser"
import * as Failures from "@scnmnt/server/api/Failures"
import * as Document from "@scnmnt/server/openapi/Document"
import { binary } from "../binaries.ts"
import { openApi, problemsOfEvents } from "../e2e/support/Contract.ts"

/** What Redocly's recommended rules say of a document: every error and every warning. */
const lint = async (document: string) => {
  const folder = mkdtempSync(join(tmpdir(), "scnmnt-openapi-"))
  const file = join(folder, "openapi.json")
  writeFileSync(file, document)
  const args = ["lint", file, "--extends=recommended", "--format=json"]
  const env = { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" }
  try {
    // With errors it exits 1, and says them all the same.
    const { stdout } = await promisify(execFile)(binary("redocly"), args, { env }).catch((error) => error)
    return JSON.parse(stdout).problems
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe("the API's document", { timeout: 30_000 }, () => {
  it("is valid by the parser of ReadMe", async () => {
    const result = await validate(JSON.parse(Document.make()))
    assert.deepStrictEqual(result, { valid: true, warnings: [], specification: "OpenAPI" })
  })

  it("is valid by Redocly's recommended rules, examples and all", async () => {
    assert.deepStrictEqual(await lint(Document.make()), [])
  })

  it.each([
    ["an example that does not fit its schema", `"signedToday":false`, `"signedToday":"no"`],
    ["an example of a failure that does not fit its schema", `"retryAfter":5`, `"retryAfter":"soon"`],
    ["a schema that is not there", "#/components/schemas/QuotaStatus", "#/components/schemas/QuotaState"]
  ])("would not be with %s", async (_, sound, broken) => {
    assert.include(Document.make(), sound)
    assert.isNotEmpty(await lint(Document.make().replaceAll(sound, broken)))
  })

  it("knows every failure but those that are about no operation", () => {
    const document = Document.make()
    const unknown = Object.keys(Failures).filter((tag) => !document.includes(`"#/components/schemas/${tag}"`))
    assert.sameMembers(unknown, ["MethodNotAllowed", "RouteNotFound"])
  })

  it("says of every field of a request what it is", () => {
    const { schemas } = JSON.parse(Document.make()).components
    for (const body of ["AccountJson", "EnhanceJson", "GenerateForm", "GenerateJson"]) {
      const fields = Object.entries<{ description?: string }>(schemas[body].properties)
      const silent = fields.filter(([, { description }]) => description === undefined).map(([name]) => name)
      assert.deepStrictEqual(silent, [], body)
    }
  })

  it("shows streams as they are", () => {
    const streams = Object.values(openApi.paths)
      .flatMap((operations) => Object.values(operations))
      .flatMap(({ responses }) => responses[200]?.content?.["text/event-stream"] ?? [])
    const examples = streams.flatMap(({ examples, "x-itemSchema": item }) =>
      Object.values(examples ?? {}).map(({ value }) => ({ item, value }))
    )
    assert.lengthOf(examples, 3)
    for (const { item, value } of examples) assert.deepStrictEqual(problemsOfEvents(item, String(value)), [])
  })
})
