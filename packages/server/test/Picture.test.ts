import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import * as Picture from "@scnmnt/server/cli/Picture"
import { Effect, FileSystem, Option } from "effect"
import { SecureRandom } from "effect/crypto"

/** What is said of this place in a folder where there are a picture, `fox.png`, and a folder, `foxes`. */
const said = Effect.fnUntraced(function* (place: string, force = false) {
  const files = yield* FileSystem.FileSystem
  const folder = yield* files.makeTempDirectoryScoped()
  yield* files.writeFileString(`${folder}/fox.png`, "mine")
  yield* files.makeDirectory(`${folder}/foxes`)
  const message = yield* Picture.checkPlace({ output: Option.some(`${folder}/${place}`), force }).pipe(
    Effect.as("nothing"),
    Effect.catch(({ message }) => Effect.succeed(message.replaceAll(`${folder}/`, "")))
  )
  return { message, left: (yield* files.readDirectory(folder)).toSorted() }
})

const there = "fox.png is there already: --force overwrites it."
const underFile = (path: string) => `Can't save a picture as ${path}: what is to be its folder is a file`

describe("the place for a picture", () => {
  it.effect.each([
    ["fox.png", there],
    ["fox", there],
    ["foxes", "foxes is a folder: name a file in it."],
    ["new/", "new/ is a folder: name a file in it."],
    ["fox.png/a.png", underFile("fox.png/a.png")],
    ["fox.png/new/a", underFile("fox.png/new/a")]
  ] as const)("is found unfit before a picture is ordered: %s", ([place, expected]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* said(place), { message: expected, left: ["fox.png", "foxes"] })
    }).pipe(Effect.provide([NodeServices.layer, SecureRandom.layerWebCrypto]))
  )

  it.effect.each([
    ["foxes/fox", false, []],
    ["fox.jpg", false, []],
    ["fox", true, []],
    ["new/folder/fox", false, ["new"]]
  ] as const)("is fit, and nothing is in it yet: %s", ([place, force, made]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* said(place, force), { message: "nothing", left: ["fox.png", "foxes", ...made] })
    }).pipe(Effect.provide([NodeServices.layer, SecureRandom.layerWebCrypto]))
  )
})
