import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, layer } from "@effect/vitest"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect } from "effect"
import { assertSameBytes, painted } from "../e2e/support/Fixtures.ts"
import * as Service from "../e2e/support/Service.ts"
import { jsonOf, newUser, onFullDisk, run, type Runtime, start } from "./support/CommandLine.ts"

const runtimes: ReadonlyArray<Runtime> = ["deno", "bun"]

layer(Service.layer(), { excludeTestServices: true })("scnmnt", (it) => {
  it.effect.each(runtimes)(
    "is the same on %s",
    (runtime) =>
      Effect.gen(function* () {
        const user = yield* newUser((yield* Service.Service).url, runtime)
        const poor = yield* run(user, "generate", "a red fox", "--json")
        assert.strictEqual(poor.code, 3, poor.stderr)
        assert.deepInclude(yield* jsonOf(poor), { error: "InsufficientCredits", exitCode: 3 })
        assert.strictEqual((yield* run(user, "check-in")).code, 0)

        const { code, stdout } = yield* run(user, "enhance", "a red fox")
        assert.strictEqual(code, 0)
        assert.match(stdout.toString(), /^a red fox — .*\.\n$/)

        yield* UpstreamSimulator.use(({ play }) => play(Fault.takes("4 seconds")))
        const first = yield* start(user, "generate", "a red fox", "-o", "fox")
        yield* first.tells("running")
        yield* first.kill("SIGINT")
        assert.strictEqual((yield* first.ended).code, 130)
        assert.isFalse(existsSync(join(user.folder, "fox.png")))
        const again = yield* run(user, "generate", "a red fox", "-o", "fox")
        assert.deepStrictEqual([again.code, again.stdout.toString()], [0, "fox.png\n"], again.stderr)
        assertSameBytes(readFileSync(join(user.folder, "fox.png")), painted("a red fox"))
        assert.deepInclude(yield* jsonOf(yield* run(user, "quota", "--json")), { balance: 9 })

        const piped = yield* run(user, "generate", "a blue fox", "-o", "-")
        assertSameBytes(piped.stdout, painted("a blue fox"))

        const full = yield* run(onFullDisk(user), "generate", "a red fox", "-o", "-")
        assert.strictEqual(full.code, 1)
        assert.match(full.stderr, /Could not write to stdout: .*no space left .*scnmnt task [0-9a-f-]{36} -o FILE\n$/i)

        yield* UpstreamSimulator.use(({ play }) => play(Fault.chatStall()))
        const enhance = yield* start(user, "enhance", "a red fox")
        yield* enhance.hangUp
        assert.deepInclude(yield* enhance.ended, { code: 141, stderr: "" })
      }),
    { timeout: 180_000 }
  )
})
