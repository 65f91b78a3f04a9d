import { assert, describe, it } from "@effect/vitest"
import * as Audit from "@scnmnt/core/Audit"
import { Fingerprint } from "@scnmnt/core/Fingerprint"
import { TaskId } from "@scnmnt/core/TaskId"

const holdings = (balance: number, granted: number, settledBefore: number, open: number, settled: number) => ({
  account: { fingerprint: Fingerprint.make("account-1"), balance, granted, settledBefore },
  open,
  settled
})

const overdue = TaskId.make("00000000-0000-4000-8000-000000000001")

describe("Audit.isBalanced", () => {
  it.each([
    { balance: 0, granted: 0, settledBefore: 0, open: 0, settled: 0, expected: true },
    { balance: 10, granted: 10, settledBefore: 0, open: 0, settled: 0, expected: true },
    { balance: 100, granted: 160, settledBefore: 30, open: 10, settled: 20, expected: true },
    { balance: 101, granted: 160, settledBefore: 30, open: 10, settled: 20, expected: false },
    { balance: 99, granted: 160, settledBefore: 30, open: 10, settled: 20, expected: false },
    { balance: 10, granted: 10, settledBefore: 0, open: 1, settled: 0, expected: false },
    { balance: 10, granted: 10, settledBefore: 0, open: 0, settled: 1, expected: false },
    { balance: 10, granted: 10, settledBefore: 1, open: 0, settled: 0, expected: false }
  ])(
    "$balance left of $granted, $open open, $settled and $settledBefore settled: $expected",
    ({ balance, granted, settledBefore, open, settled, expected }) => {
      assert.strictEqual(Audit.isBalanced(holdings(balance, granted, settledBefore, open, settled)), expected)
    }
  )
})

describe("Audit.isCounted", () => {
  const good = holdings(100, 160, 30, 10, 20)
  it.each([
    { what: "a store that keeps no count", counted: {}, expected: true },
    { what: "a count that is right", counted: { counted: 10 }, expected: true },
    { what: "a count that is too low", counted: { counted: 9 }, expected: false },
    { what: "a count that is too high", counted: { counted: 11 }, expected: false }
  ])("of $what is $expected, and so it is balanced or not", ({ counted, expected }) => {
    assert.strictEqual(Audit.isCounted({ ...good, ...counted }), expected)
    assert.strictEqual(Audit.isBalanced({ ...good, ...counted }), expected)
  })
})

describe("Audit.add", () => {
  const good = holdings(100, 160, 30, 10, 20)
  const bad = holdings(5, 4, 0, 0, 0)
  const ofHoldings = (all: ReadonlyArray<Audit.Holdings>, overdue: ReadonlyArray<TaskId>) =>
    all.reduce(Audit.add, { ...Audit.empty, overdue })

  it("adds up, and names what does not balance even where the sums do", () => {
    const contrary = holdings(3, 4, 0, 0, 0)
    assert.deepStrictEqual(ofHoldings([good, bad, contrary], [overdue]), {
      accounts: 3,
      granted: 168,
      balance: 108,
      open: 10,
      settled: 50,
      unbalanced: [bad, contrary],
      overdue: [overdue]
    })
  })

  it.each([
    { what: "nothing", all: [], late: [], expected: true },
    { what: "balanced accounts", all: [good], late: [], expected: true },
    { what: "an unbalanced account", all: [good, bad], late: [], expected: false },
    { what: "an overdue spend", all: [good], late: [overdue], expected: false }
  ])("of $what is clean: $expected", ({ all, late, expected }) => {
    assert.strictEqual(Audit.isClean(ofHoldings(all, late)), expected)
  })
})
