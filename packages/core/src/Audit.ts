import type { Account } from "./Account.ts"
import type { TaskId } from "./TaskId.ts"

/** An account, and how many of its spends stand in the books one by one. */
export interface Holdings {
  readonly account: Account
  readonly open: number
  readonly settled: number
}

/** What holding the books against their rule brought. */
export interface Audit {
  readonly accounts: number
  readonly granted: number
  readonly balance: number
  readonly open: number
  readonly settled: number
  /** The accounts whose balance is not what was granted less what was spent. */
  readonly unbalanced: ReadonlyArray<Holdings>
  /** Spends that should have ended by now. */
  readonly overdue: ReadonlyArray<TaskId>
}

/** balance = granted − open − settled, for every account. */
export const isBalanced = ({ account, open, settled }: Holdings): boolean =>
  account.balance === account.granted - open - settled - account.settledBefore

/** Whether there is nothing to find fault with. */
export const isClean = ({ unbalanced, overdue }: Audit): boolean => unbalanced.length === 0 && overdue.length === 0

/** Adds up all accounts. */
export const ofHoldings = (all: Iterable<Holdings>, overdue: ReadonlyArray<TaskId>): Audit => {
  const audit = { accounts: 0, granted: 0, balance: 0, open: 0, settled: 0 }
  const unbalanced: Array<Holdings> = []
  for (const holdings of all) {
    audit.accounts += 1
    audit.granted += holdings.account.granted
    audit.balance += holdings.account.balance
    audit.open += holdings.open
    audit.settled += holdings.settled + holdings.account.settledBefore
    if (!isBalanced(holdings)) unbalanced.push(holdings)
  }
  return { ...audit, unbalanced, overdue }
}
