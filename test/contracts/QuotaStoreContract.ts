import { describe } from "@effect/vitest"
import { audits } from "./quota-store/audits.ts"
import { backlogs } from "./quota-store/backlogs.ts"
import { checkIns } from "./quota-store/checkIns.ts"
import { counts } from "./quota-store/counts.ts"
import { endings } from "./quota-store/endings.ts"
import { folds } from "./quota-store/folds.ts"
import { leases } from "./quota-store/leases.ts"
import { spends } from "./quota-store/spends.ts"
import { contract, type OpenBooks } from "./quota-store/TestBooks.ts"

/** What every quota store must do: the words of the port and of a credit's life, held against it. */
export const suite = (name: string, open: OpenBooks) =>
  describe(`QuotaStore: ${name}`, () => {
    const test = contract(open)
    describe("check-in", () => checkIns(test))
    describe("spend", () => spends(test))
    describe("settle and refund", () => endings(test))
    describe("leases", () => leases(test))
    describe("audit", () => audits(test))
    describe("backlog", () => backlogs(test))
    describe("metrics", () => counts(test))
    describe("fold", () => folds(test))
  })
