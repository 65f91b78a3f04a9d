import { existsSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Fingerprint } from "@scnmnt/core/Fingerprint"
import { QuotaStore } from "@scnmnt/core/ports/QuotaStore"
import { layer, QuotaStoreUrl } from "@scnmnt/adapters-quota/QuotaStoreUrl"
import { Effect, Schema } from "effect"
import { temporaryFile } from "./TemporaryFile.ts"

const parse = Schema.decodeUnknownEffect(QuotaStoreUrl)

describe("QuotaStoreUrl", () => {
  it.effect.each(["memory:", "sqlite:data/quota.db", "sqlite:/var/lib/quota.db", "sqlite:with space.db"])(
    "%s names a store",
    (url) => Effect.map(parse(url), (parsed) => assert.strictEqual(parsed, url))
  )

  it.effect.each(["postgres://user:secret@host/db", "sqlite:", "sqlite://data/quota.db", "memory", "memory:x", ""])(
    "%s does not; what would is said, and the URL kept quiet",
    (url) =>
      Effect.map(Effect.flip(parse(url)), ({ message }) =>
        assert.strictEqual(
          message,
          "must be memory: or sqlite:<path>, such as sqlite:data/quota.db or sqlite:/var/lib/scnmnt/quota.db"
        )
      )
  )

  it.effect("sqlite: opens the file of that path", () =>
    Effect.gen(function* () {
      const path = yield* temporaryFile
      yield* Effect.provide(someStatus, layer(QuotaStoreUrl.make(`sqlite:${path}`)))
      assert.isTrue(existsSync(path))
    })
  )

  it.effect("memory: opens none", () => Effect.provide(someStatus, layer(QuotaStoreUrl.make("memory:"))))
})

const someStatus = QuotaStore.use((store) => store.status(Fingerprint.make("account-1")))
