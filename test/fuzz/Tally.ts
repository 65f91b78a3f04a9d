import { assert } from "@effect/vitest"
import { type Operation, operations } from "./Operations.ts"

/** How the requests were answered: a search that never gets past a door, or never before one, finds nothing. */
export const make = () => {
  const seen = new Map<string, number>()
  const byStatus = new Map<number, number>()
  return {
    count: (operation: Operation, status: number) => {
      const end = endOf(operation, status < 400)
      seen.set(end, (seen.get(end) ?? 0) + 1)
      byStatus.set(status, (byStatus.get(status) ?? 0) + 1)
    },
    assertComplete: () => {
      const all = operations.flatMap((operation) => [endOf(operation, true), endOf(operation, false)])
      assert.deepStrictEqual(
        all.filter((end) => !seen.has(end)),
        []
      )
    },
    toString: () =>
      [...byStatus]
        .toSorted(([a], [b]) => a - b)
        .map(([status, count]) => `${count} × ${status}`)
        .join(", ")
  }
}

const endOf = ({ method, path }: Operation, isTaken: boolean) => `${method} ${path} is ${isTaken ? "taken" : "refused"}`
