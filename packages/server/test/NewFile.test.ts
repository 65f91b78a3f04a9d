import { basename } from "node:path"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import * as NewFile from "@scnmnt/server/cli/NewFile"
import { Effect, FileSystem, Layer } from "effect"
import { SecureRandom } from "effect/crypto"

/** The file system, and what is done with it that a power cut would tell from other orders. */
const watched = Effect.gen(function* () {
  const files = yield* FileSystem.FileSystem
  const folder = yield* files.makeTempDirectoryScoped()
  const steps: Array<string> = []
  const noting = <A, E, R>(step: string, effect: Effect.Effect<A, E, R>) =>
    Effect.tap(effect, () => Effect.sync(() => steps.push(step)))
  const nameOf = (path: string) => (path === folder ? "folder" : basename(path).replace(/[0-9a-f-]{36}$/, "draft"))
  const layer = Layer.succeed(FileSystem.FileSystem, {
    ...files,
    open: (path, options) =>
      Effect.map(files.open(path, options), (file): FileSystem.File =>
        Object.create(file, {
          writeAll: { value: (bytes: Uint8Array) => noting(`write ${nameOf(path)}`, file.writeAll(bytes)) },
          sync: { value: noting(`sync ${nameOf(path)}`, file.sync) }
        })
      ),
    link: (from, to) => noting(`link ${nameOf(from)} ${nameOf(to)}`, files.link(from, to)),
    rename: (from, to) => noting(`rename ${nameOf(from)} ${nameOf(to)}`, files.rename(from, to))
  })
  return { folder, layer, steps }
})

describe("a new file", () => {
  it.effect.each([
    [false, "link"],
    [true, "rename"]
  ] as const)(
    "is whole on the disk before it has its name, and its name is before it is told of: %s",
    ([overwrite, put]) =>
      Effect.gen(function* () {
        const { folder, layer, steps } = yield* watched
        yield* NewFile.write(`${folder}/key`, new Uint8Array([1]), { overwrite }).pipe(Effect.provide(layer))
        assert.deepStrictEqual(steps, ["write .key.draft", "sync .key.draft", `${put} .key.draft key`, "sync folder"])
      }).pipe(Effect.provide([NodeServices.layer, SecureRandom.layerWebCrypto]))
  )
})
