import { Day } from "@scnmnt/core/Account"
import { Fingerprint } from "@scnmnt/core/Fingerprint"
import type { QuotaStore } from "@scnmnt/core/ports/QuotaStore"
import type { SpendRequest } from "@scnmnt/core/Spend"
import { TaskId } from "@scnmnt/core/TaskId"

export const account = Fingerprint.make("account-1")

/** What asks for the credit of one of many tasks. */
export const request = (number: number): SpendRequest => ({
  taskId: TaskId.make(`00000000-0000-4000-8000-${String(number).padStart(12, "0")}`),
  account,
  requestHash: "hash",
  mode: "text",
  size: "1:1"
})

/** Gives the account credits. */
export const fund = (store: QuotaStore["Service"], credits: number) =>
  store.checkIn(account, { day: Day.make("2026-11-23"), grant: credits, cap: credits })
