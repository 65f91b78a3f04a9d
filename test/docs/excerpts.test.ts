import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import { pages, root } from "./Pages.ts"

const excerpts = pages.flatMap(({ blocks, path }) =>
  blocks.filter(({ mark }) => mark.endsWith(".ts")).map(({ code, mark }) => ({ path, file: mark, code }))
)

it.each(excerpts)("$path shows $file as it is", ({ code, file }) => {
  assert.include(readFileSync(join(root, file), "utf8"), code)
})

it("the worked example is made of such excerpts", () => {
  const page = pages.find(({ path }) => path === "docs/adding-an-adapter.md")
  const marks = page?.blocks.filter(({ language }) => language === "ts").map(({ mark }) => mark) ?? []
  assert.isAbove(marks.length, 5)
  assert.deepStrictEqual(
    marks.filter((mark) => mark === ""),
    []
  )
})
