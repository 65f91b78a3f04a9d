import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect } from "effect"
import { type Block, type Page, pages, shellOf } from "./Pages.ts"
import * as Shell from "./Shell.ts"

// A command is fenced as ```sh. What follows the word says how it goes:
//   nothing           it ends well, and so does what it asks the service for
//   stays-up          it serves, and what follows on the page is told to that server
//   fails             it fails, saying what the next block shows
//   untested: why     it can't be run here
const marks = /^(|stays-up|fails|untested: .+)$/
const isUntested = ({ mark }: Block) => mark.startsWith("untested")

/** What nobody runs here, with the reason that its page gives. */
const untested = [
  "CONTRIBUTING.md: npm ci && npm test (this is what runs the tests)",
  "docs/adding-an-adapter.md: npm test -- test/contracts/OneRowQuotaStore.test.ts (npm test runs it)",
  "docs/deploying.md: cp .env.example .env   # then set CHATGPT2API_BASE_URL and CHATGPT2API_API_KEY (needs Docker)",
  "docs/deploying.md: (umask 077 && sqlite3 data/quota.db \"VACUUM INTO 'backup.db'\") (needs sqlite3's shell)",
  "docs/deploying.md: docker exec scnmnt node -e \"new (require('node:sqlite').DatabaseSync)('/data/quota.db').exec(\\\"VACUUM INTO '/data/backup.db'\\\")\" (needs Docker)",
  "docs/deploying.md: cp .env.example .env   # then set CHATGPT2API_BASE_URL and CHATGPT2API_API_KEY (needs Docker)",
  "docs/deploying.md: docker compose build (needs Docker)",
  "docs/doors.md: SEED=1 RUNS=50000 npx vitest run --project node test/fuzz (this runs a test)",
  "docs/performance.md: npm run bench (it takes a quarter of an hour)",
  "packages/adapters-http/README.md: npm install @scnmnt/adapters-http effect @effect/platform-node (the packages are in no registry yet; test/packages installs them packed)",
  "packages/adapters-quota/README.md: npm install @scnmnt/adapters-quota @scnmnt/core effect (the packages are in no registry yet; test/packages installs them packed)",
  "packages/core/README.md: npm install @scnmnt/core effect (the packages are in no registry yet; test/packages installs them packed)",
  "packages/server/README.md: npm install @scnmnt/server @scnmnt/core effect @effect/platform-node (the packages are in no registry yet; test/packages installs them packed)"
]

/** The page of the command line has a test of its own, which looks at what its commands made. */
const others = pages.filter(({ path }) => path !== "docs/command-line.md")

/** Runs a page from its top to its end in one checkout, against a simulator where the upstream should be. */
const follow = Effect.fnUntraced(function* ({ blocks }: Page) {
  const { apiKey, url } = yield* UpstreamSimulator
  const { env, folder } = yield* Shell.inNewCheckout
  const upstream = { CHATGPT2API_BASE_URL: url, CHATGPT2API_API_KEY: apiKey, PORT: "0" }
  let server = "http://127.0.0.1:3000"
  for (const [index, block] of blocks.entries()) {
    if (block.language !== "sh" || isUntested(block)) continue
    const shell = { folder, env: { ...env, SCNMNT_SERVER: server, ...(block.mark === "fails" ? {} : upstream) } }
    const script = block.code.replaceAll("http://localhost:3000", server).replaceAll("localhost:3000", server)
    if (block.mark === "stays-up") {
      server = yield* Shell.stayUp(shell, script)
      continue
    }
    const { failed, stderr, stdout } = yield* Shell.run(shell, script)
    assert.strictEqual(failed, block.mark === "fails", `${script}\n${stdout}\n${stderr}`)
    assert.notMatch(stdout, /"error":"[A-Z]/, script)
    for (const picture of globSync(join(folder, "*.png")))
      assert.strictEqual(readFileSync(picture).toString("latin1", 1, 4), "PNG", picture)
    if (failed) assert.include(stderr, blocks[index + 1]?.code ?? "")
  }
})

describe("the commands in the documentation", () => {
  it.live.each(others.filter((page) => shellOf(page).some((block) => !isUntested(block))))(
    "$path: they work as they are written, one after the other",
    (page) => follow(page).pipe(Effect.provide(UpstreamSimulator.layer())),
    180_000
  )

  it("are run, but for these", () => {
    const found = pages.flatMap((page) =>
      shellOf(page)
        .filter(isUntested)
        .map(({ code, mark }) => `${page.path}: ${code.trim().split("\n")[0]} (${mark.replace("untested: ", "")})`)
    )
    assert.deepStrictEqual(found, untested)
  })

  it("are marked so that each is run or says why not", () => {
    const unclear = pages.flatMap(({ blocks, path }) =>
      blocks
        .filter(
          ({ language, mark }) =>
            /^(bash|console|shell|zsh)$/.test(language) || (language === "sh" && !marks.test(mark))
        )
        .map(({ code }) => `${path}: ${code}`)
    )
    assert.deepStrictEqual(unclear, [])
  })
})
