import { execFile } from "node:child_process"
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import * as Service from "../e2e/support/Service.ts"
import { invocations, newUser, type User } from "./support/CommandLine.ts"

const root = join(import.meta.dirname, "../..")
const document = readFileSync(join(root, "docs/command-line.md"), "utf8")
const blocks = Array.from(document.matchAll(/^```sh\n(?<code>.*?)^```$/gms), ({ groups }) => groups?.["code"] ?? "")

/** As if the package were installed: `scnmnt` on the path, and no other `scnmnt` on it. */
const install = ({ folder }: User) => {
  const bin = join(folder, "bin")
  mkdirSync(bin)
  writeFileSync(join(bin, "scnmnt"), `#!/bin/sh\nexec ${invocations.node.map((word) => `'${word}'`).join(" ")} "$@"\n`)
  chmodSync(join(bin, "scnmnt"), 0o755)
  return bin
}

const bash = ({ env, folder }: User, script: string) =>
  Effect.callback<string>((resume) => {
    const shell = execFile("bash", ["-euo", "pipefail", "-c", script], { cwd: folder, env }, (error, stdout, stderr) =>
      resume(Effect.succeed(error === null ? stdout : `${String(error)}\n${stderr}`))
    )
    return Effect.sync(() => shell.kill("SIGKILL"))
  })

layer(Service.layer(), { excludeTestServices: true })("docs/command-line.md", (it) => {
  it.effect(
    "has examples that work as they are written, one after the other in one shell",
    () =>
      Effect.gen(function* () {
        const user = yield* newUser((yield* Service.Service).url)
        const env = { ...user.env, PATH: `${install(user)}:${user.env["PATH"]}` }
        const output = yield* bash({ ...user, env }, [...blocks, "echo; echo all of them"].join("\n"))
        assert.match(output, /\nall of them\n$/)
        for (const picture of ["lighthouse", "winter", "fox", "snow", "card", "better", "boat", "again", "crane"]) {
          const bytes = readFileSync(join(user.folder, `${picture}.png`))
          assert.strictEqual(bytes.toString("latin1", 1, 4), "PNG", picture)
        }
        assert.include(output, `10 credits for cli-`)
        assert.include(output, `"balance":3`, "seven pictures in all, the card but once")
        const completions = yield* bash(
          { ...user, env },
          "source completions.bash; complete -p scnmnt; bash -n completions.bash"
        )
        assert.match(completions, /complete .* scnmnt\n/)
      }),
    { timeout: 180_000 }
  )
})
