import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { pages, shellOf } from "../docs/Pages.ts"
import * as Shell from "../docs/Shell.ts"
import * as Service from "../e2e/support/Service.ts"
import { invocations, newUser } from "./support/CommandLine.ts"

const blocks = pages.filter(({ path }) => path === "docs/command-line.md").flatMap(shellOf)

/** As if the package were installed: `scnmnt` on the path. */
const scnmnt = `exec ${invocations.node.map((word) => `'${word}'`).join(" ")} "$@"`

layer(Service.layer(), { excludeTestServices: true })("docs/command-line.md", (it) => {
  it.effect(
    "has examples that work as they are written, one after the other in one shell",
    () =>
      Effect.gen(function* () {
        const { env, folder } = yield* newUser((yield* Service.Service).url)
        const bin = Shell.program(folder, "scnmnt", scnmnt)
        const run = (script: string) => Shell.run({ folder, env: { ...env, PATH: `${bin}:${env["PATH"]}` } }, script)
        const { failed, stderr, stdout } = yield* run(blocks.map(({ code }) => code).join("\n"))
        assert.isFalse(failed, stderr)
        for (const picture of ["lighthouse", "winter", "fox", "snow", "card", "better", "boat", "again", "crane"]) {
          const bytes = readFileSync(join(folder, `${picture}.png`))
          assert.strictEqual(bytes.toString("latin1", 1, 4), "PNG", picture)
        }
        assert.include(stdout, `10 credits for cli-`)
        assert.include(stdout, `"balance":3`, "seven pictures in all, the card but once")
        const completions = yield* run("source completions.bash; complete -p scnmnt; bash -n completions.bash")
        assert.match(completions.stdout, /complete .* scnmnt\n/)
      }),
    { timeout: 180_000 }
  )
})
