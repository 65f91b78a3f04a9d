import { assert, describe, it } from "@effect/vitest"
import * as AspectRatio from "@scnmnt/core/AspectRatio"
import { Schema } from "effect"

const sizes = [
  { size: "1:1", ratio: "1:1" },
  { size: "16:9", ratio: "16:9" },
  { size: "9:16", ratio: "9:16" },
  { size: " 16:9\n", ratio: "16:9" },
  { size: "", ratio: "1:1" },
  { size: "16 : 9", ratio: "1:1" },
  { size: "16:9:1", ratio: "1:1" },
  { size: "4:3", ratio: "1:1" },
  { size: "1024x1024", ratio: "1:1" },
  { size: "１６:９", ratio: "1:1" },
  { size: "toString", ratio: "1:1" }
]

describe("AspectRatio.normalise", () => {
  it.each([...sizes, { size: undefined, ratio: "1:1" }])("$size: $ratio", ({ size, ratio }) => {
    assert.strictEqual(AspectRatio.normalise(size), ratio)
  })

  it.prop("always brings a ratio that can be had", [Schema.String], ([size]) => {
    assert.isTrue(Schema.is(AspectRatio.AspectRatio)(AspectRatio.normalise(size)))
  })
})

describe("AspectRatio.RequestedSize", () => {
  it.each(sizes)("takes $size as $ratio", ({ size, ratio }) => {
    assert.strictEqual(Schema.decodeSync(AspectRatio.RequestedSize)(size), ratio)
  })
})
