import { assert, describe, it } from "@effect/vitest"
import { decode } from "fast-png"
import { type Commission, dimensions, paint } from "../src/Painting.ts"

const painted = (changes: Partial<Commission>) =>
  paint({ prompt: "a red fox", size: "1:1", references: [], longSide: 96, ...changes })

/** How far two pictures of one size are apart, pixel by pixel, in levels of 0 to 255. */
const distance = (a: Uint8Array, b: Uint8Array): number => {
  const right = decode(b).data
  const differences = Array.from(decode(a).data, (level, index) => Math.abs(level - (right[index] ?? 0)))
  return differences.reduce((sum, difference) => sum + difference, 0) / differences.length
}

describe("a painting", () => {
  it.each([
    ["1:1", 768, 768],
    ["16:9", 768, 432],
    ["9:16", 432, 768],
    ["1536x1024", 768, 512],
    ["auto", 768, 768],
    ["", 768, 768],
    ["0:0", 768, 768]
  ])("of size %s is %i by %i", (size, width, height) => {
    assert.deepStrictEqual(dimensions(size, 768), { width, height })
  })

  it("is a PNG of its ratio", () => {
    const { channels, depth, height, width } = decode(painted({ size: "9:16" }))
    assert.deepStrictEqual({ channels, depth, height, width }, { channels: 3, depth: 8, height: 96, width: 54 })
  })

  it("is the same for the same commission, and another for another prompt", () => {
    assert.deepStrictEqual(painted({}), painted({}))
    assert.isAbove(distance(painted({}), painted({ prompt: "a lighthouse" })), 8)
  })

  it("takes its colours from the references", () => {
    const reference = (text: string) => ({ references: [new TextEncoder().encode(text)] })
    assert.deepStrictEqual(painted(reference("one")), painted(reference("one")))
    assert.isAbove(distance(painted({}), painted(reference("one"))), 8)
    assert.isAbove(distance(painted(reference("one")), painted(reference("three"))), 8)
  })

  it("is not a flat colour", () => {
    const levels = new Set(decode(painted({})).data)
    assert.isAbove(levels.size, 64)
  })
})
