import { assert, describe, it } from "@effect/vitest"
import { LatestBySize } from "../src/LatestBySize.ts"

const keys = ["a", "b", "c", "d", "e"]

const latest = (...sizes: ReadonlyArray<readonly [key: string, size: number]>) => {
  const latest = new LatestBySize<string, number>(10)
  for (const [key, size] of sizes) latest.set(key, size, size)
  return latest
}

/** Those that are there; looking at them makes them the latest. */
const kept = (latest: LatestBySize<string, number>) => keys.filter((key) => latest.get(key) !== undefined).join("")

describe("the latest by size", () => {
  it.each([
    {
      what: "all that fit",
      sizes: [
        ["a", 4],
        ["b", 6]
      ],
      are: "ab"
    },
    {
      what: "the last of those that don't",
      sizes: [
        ["a", 4],
        ["b", 6],
        ["c", 1]
      ],
      are: "bc"
    },
    {
      what: "one for which all others go",
      sizes: [
        ["a", 4],
        ["b", 6],
        ["c", 10]
      ],
      are: "c"
    },
    {
      what: "not one that is too large, for which none goes",
      sizes: [
        ["a", 4],
        ["b", 6],
        ["c", 11]
      ],
      are: "ab"
    },
    {
      what: "the same again in its new size",
      sizes: [
        ["a", 9],
        ["a", 1],
        ["b", 9]
      ],
      are: "ab"
    },
    {
      what: "not even its old value if it has become too large",
      sizes: [
        ["a", 9],
        ["a", 11],
        ["b", 1]
      ],
      are: "b"
    }
  ] as const)("are $what", ({ sizes, are }) => assert.strictEqual(kept(latest(...sizes)), are))

  it("are those that were asked for last", () => {
    const values = latest(["a", 4], ["b", 4])
    assert.strictEqual(values.get("a"), 4)
    values.set("c", 4, 4)
    assert.strictEqual(kept(values), "ac")
  })

  it("leave room for what comes after what was taken away", () => {
    const values = latest(["a", 5], ["b", 5])
    values.delete("a")
    values.delete("a")
    values.set("c", 5, 5)
    assert.strictEqual(kept(values), "bc")
  })
})
