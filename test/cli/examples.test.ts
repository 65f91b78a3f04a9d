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

/** What bash does when Tab is pressed at the end of the last word. */
const completing = (words: ReadonlyArray<string>) => {
  const [command = "", ...others] = words.map((word) => `'${word}'`)
  return [
    `COMP_WORDS=(${command} ${others.join(" ")}) COMP_CWORD=${others.length}`,
    `COMP_LINE="\${COMP_WORDS[*]}" COMP_POINT=\${#COMP_LINE}`,
    `_scnmnt ${command} ${others.slice(-1).join("")} ${others.slice(-2, -1).join("")}`,
    `echo "\${COMPREPLY[@]}"`
  ].join("\n")
}

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
        const completed = (...words: ReadonlyArray<string>) =>
          Effect.map(run(`source completions.bash; complete -p scnmnt; ${completing(words)}`), ({ stdout }) => stdout)
        assert.match(yield* completed("scnmnt", "gener"), /^complete .* scnmnt\ngenerate\n$/)
        for (const flag of ["--reference", "--output", "-o"]) {
          assert.match(yield* completed("scnmnt", "generate", "a fox", flag, "lightho"), /\nlighthouse\.png\n$/)
        }
      }),
    { timeout: 180_000 }
  )
})
