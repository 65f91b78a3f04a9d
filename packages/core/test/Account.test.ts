import { assert, describe, it } from "@effect/vitest"
import * as Account from "@scnmnt/core/Account"
import { Fingerprint } from "@scnmnt/core/Fingerprint"
import { Schema } from "effect"

const fingerprint = Fingerprint.make("account-1")
const yesterday = Account.Day.make("2026-12-31")
const today = Account.Day.make("2027-01-01")

describe("Account.checkIn", () => {
  it.each([
    { what: "a new account", balance: 0, last: undefined, brings: 10 },
    { what: "the next day, in another year too", balance: 10, last: yesterday, brings: 10 },
    { what: "the same day", balance: 10, last: today, brings: 0 },
    { what: "room for just all", balance: 90, last: yesterday, brings: 10 },
    { what: "room for some", balance: 91, last: yesterday, brings: 9 },
    { what: "room for one", balance: 99, last: yesterday, brings: 1 },
    { what: "the cap", balance: 100, last: yesterday, brings: 0 },
    { what: "above the cap after a refund", balance: 101, last: yesterday, brings: 0 },
    { what: "a day that is over", balance: 10, last: Account.Day.make("2027-01-02"), brings: 0 }
  ])("$what: brings $brings", ({ balance, last, brings }) => {
    const before = { fingerprint, balance, granted: 200, settledBefore: 7, lastCheckIn: last }
    const after = Account.checkIn(before, { day: today, grant: 10, cap: 100 })
    assert.deepStrictEqual(
      after,
      brings === 0
        ? before
        : { ...before, balance: balance + brings, granted: before.granted + brings, lastCheckIn: today }
    )
  })
})

describe("Account.hasCheckedIn", () => {
  it.each([
    { last: undefined, expected: false },
    { last: yesterday, expected: false },
    { last: today, expected: true },
    { last: Account.Day.make("2027-01-02"), expected: true }
  ])("last on $last: $expected", ({ last, expected }) => {
    assert.strictEqual(Account.hasCheckedIn({ ...Account.empty(fingerprint), lastCheckIn: last }, today), expected)
  })
})

describe("Account.Account", () => {
  const isAccount = Schema.is(Account.Account)
  const account = { ...Account.empty(fingerprint), balance: 1 }

  it("is whole credits, none of them owed, and a day", () => {
    assert.isTrue(isAccount(account))
    assert.isTrue(isAccount({ ...account, lastCheckIn: today }))
    assert.isFalse(isAccount({ ...account, balance: -1 }))
    assert.isFalse(isAccount({ ...account, balance: 0.5 }))
    assert.isFalse(isAccount({ ...account, lastCheckIn: "1.1.2027" }))
  })
})
