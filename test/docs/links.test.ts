import { existsSync, readFileSync } from "node:fs"
import { join, posix } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { type Page, pages, root } from "./Pages.ts"

const withoutCode = (prose: string) => prose.replace(/`[^`\n]*`/g, "code")

/** Where a page leads within the repository: the file, seen from the root, and the place in it. */
const linksOf = ({ path, prose }: Page) =>
  Array.from(withoutCode(prose).matchAll(/\]\((?!\w+:)([^)#]*)#?([^)]*)\)/g), ([, to = "", anchor = ""]) => ({
    to: to === "" ? path : posix.join(posix.dirname(path), to),
    anchor
  }))

/** A heading's anchor, as GitHub makes it. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-")

const anchorsOf = (path: string) =>
  Array.from(pages.find((page) => page.path === path)?.prose.matchAll(/^#+ (.*)$/gm) ?? [], ([, heading = ""]) =>
    anchorOf(heading)
  )

const broken = (page: Page) =>
  linksOf(page)
    .filter(({ anchor, to }) => !existsSync(join(root, to)) || (anchor !== "" && !anchorsOf(to).includes(anchor)))
    .map(({ anchor, to }) => `${to}#${anchor}`)

describe("the documentation", () => {
  it.each(pages)("$path leads nowhere that is not there", (page) => {
    assert.deepStrictEqual(broken(page), [])
  })

  it("has a page for everything, and the README leads to each", () => {
    const listed = new Set(
      pages
        .filter(({ path }) => path === "README.md")
        .flatMap(linksOf)
        .map(({ to }) => to)
    )
    const all = pages.map(({ path }) => path).filter((path) => path.startsWith("docs/"))
    assert.isAbove(all.length, 8)
    assert.deepStrictEqual(
      all.filter((path) => !listed.has(path)),
      []
    )
  })

  it("names no npm script that there is not", () => {
    const scriptsOf = (path: string) => Object.keys(JSON.parse(readFileSync(join(root, path), "utf8")).scripts)
    const scripts = [...scriptsOf("package.json"), ...scriptsOf("examples/package.json")]
    const named = pages.flatMap(({ path }) =>
      Array.from(
        readFileSync(join(root, path), "utf8").matchAll(/npm (?:run(?: -s)? ([\w:-]+)|(start|test)\b)/g),
        ([, run, itself]) => run ?? itself ?? ""
      )
    )
    assert.isAbove(named.length, 20)
    assert.deepStrictEqual(
      named.filter((name) => !scripts.includes(name)),
      []
    )
  })

  it("sees what leads nowhere", () => {
    const page = {
      path: "docs/broken.md",
      blocks: [],
      prose: "[a](../README.md) [b](doors.md#nowhere) [c](../nothing.ts) [d](https://effect.website)"
    }
    assert.deepStrictEqual(broken(page), ["docs/doors.md#nowhere", "nothing.ts#"])
  })
})
