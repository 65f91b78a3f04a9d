import { globSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"

export const root = resolve(import.meta.dirname, "../..")

/** What stands between a page's fences, such as ```` ```sh stays-up ````. */
export interface Block {
  readonly language: string
  /** What follows the language. */
  readonly mark: string
  readonly code: string
}

export interface Page {
  /** Seen from the root. */
  readonly path: string
  /** All that is not between fences. */
  readonly prose: string
  readonly blocks: ReadonlyArray<Block>
}

const fenced = /^```(?<language>\w*) *(?<mark>.*)\n(?<code>[^]*?)^```$/gm

const read = (path: string): Page => {
  const text = readFileSync(join(root, path), "utf8")
  const blocks = Array.from(text.matchAll(fenced), ({ groups = {} }) => ({
    language: groups["language"] ?? "",
    mark: groups["mark"] ?? "",
    code: groups["code"] ?? ""
  }))
  return { path, prose: text.replace(fenced, ""), blocks }
}

/** Every page of the documentation. */
export const pages = globSync(["*.md", "docs/*.md", "examples/*.md", "packages/*/*.md"], { cwd: root })
  .toSorted()
  .map(read)

/** The commands on a page that are for a shell. */
export const shellOf = ({ blocks }: Page) => blocks.filter(({ language }) => language === "sh")
