import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Shell from "../docs/Shell.ts"

/** What a server says that does not start, for want of these variables. */
const refusal = (...names: ReadonlyArray<string>) =>
  new RegExp(
    `^scnmnt: The configuration is not valid:\n${names.map((name) => `  ${name} must be .*\n`).join("")}See .*\n$`
  )

it.live.each(["start:deno", "start:bun"])(
  "`npm run %s` reads `.env` if there is one, and misses nothing if there is none",
  (script) =>
    Effect.gen(function* () {
      const checkout = yield* Shell.inNewCheckout
      const without = yield* Shell.run(checkout, `npm run --silent ${script}`)
      assert.match(without.stderr, refusal("CHATGPT2API_BASE_URL", "CHATGPT2API_API_KEY"))
      writeFileSync(join(checkout.folder, ".env"), 'CHATGPT2API_API_KEY="sk-1"\nPORT=web\n')
      const withOne = yield* Shell.run(checkout, `npm run --silent ${script}`)
      assert.match(withOne.stderr, refusal("PORT", "CHATGPT2API_BASE_URL"))
    }),
  120_000
)
