import { runInContext } from "node:vm"
import { assert, layer } from "@effect/vitest"
import { Deferred, Effect } from "effect"
import * as Service from "../e2e/support/Service.ts"
import { bundle } from "../packages/Bundle.ts"
import { webRealm } from "../packages/WebRealm.ts"

/** What a page's script has besides. */
const page = (origin: string, console: Readonly<Record<"error" | "log", (what: unknown) => void>>) =>
  webRealm({ location: new URL(origin), console })

layer(Service.layer(), { excludeTestServices: true })("the example of a page", (it) => {
  it.effect("runs where there is a browser's world and none of the server's code", () =>
    Effect.gen(function* () {
      const { url } = yield* Service.Service
      const { code, imports, own } = yield* Effect.promise(() => bundle(`import "./examples/browser/main.ts"`, "iife"))
      assert.deepStrictEqual(imports, [])
      assert.deepStrictEqual(
        [...own.keys()].filter((path) => !/^(examples\/browser|packages\/(core\/src|server\/src\/api))\//.test(path)),
        []
      )
      const lines: Array<string> = []
      const ended = yield* Deferred.make<void>()
      const log = (line: unknown) => {
        if (lines.push(String(line)) === 4) Deferred.doneUnsafe(ended, Effect.void)
      }
      runInContext(code, page(url, { log, error: (cause) => Deferred.doneUnsafe(ended, Effect.die(cause)) }))
      yield* Deferred.await(ended)
      const [credits, prompt, order, picture] = lines
      assert.strictEqual(credits, "10 credits")
      assert.match(prompt ?? "", /^The prompt: a red fox — ./)
      assert.strictEqual(order, "Ordered, 9 credits left")
      assert.match(picture ?? "", /^The picture: \/api\/images\/tasks\/[0-9a-f-]{36}\/image$/)
    })
  )
})
