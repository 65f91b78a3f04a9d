import type { Account } from "./Account.ts"
import type { TaskId } from "./TaskId.ts"

/** An account, and how many of its spends stand in the books one by one. */
export interface Holdings {
  readonly account: Account
  readonly open: number
  readonly settled: number
  /** How many are open by a count that the store keeps beside them, if it keeps one: what limits them goes by it. */
  readonly counted?: number
}

/** What holding the books against their rule brought. */
export interface Audit {
  readonly accounts: number
  readonly granted: number
  readonly balance: number
  readonly open: number
  readonly settled: number
  /** The accounts whose balance is not what was granted less what was spent, or whose count of open spends is off. */
  readonly unbalanced: ReadonlyArray<Holdings>
  /** Spends that should have ended by now. */
  readonly overdue: ReadonlyArray<TaskId>
}

/** Whether there is nothing to find fault with in an account. */
export const isBalanced = (holdings: Holdings): boolean => addsUp(holdings) && isCounted(holdings)

/** balance = granted − open − settled, for every account. */
export const addsUp = ({ account, open, settled }: Holdings): boolean =>
  account.balance === account.granted - open - settled - account.settledBefore

/** Whether the store's own count of open spends, if there is one, is right. */
export const isCounted = ({ counted, open }: Holdings): boolean => counted === undefined || counted === open

/** Whether there is nothing to find fault with. */
export const isClean = ({ unbalanced, overdue }: Audit): boolean => unbalanced.length === 0 && overdue.length === 0

/** Books with no account in them yet. */
export const empty: Audit = { accounts: 0, granted: 0, balance: 0, open: 0, settled: 0, unbalanced: [], overdue: [] }

/** With one more account. */
export const add = (audit: Audit, holdings: Holdings): Audit => ({
  accounts: audit.accounts + 1,
  granted: audit.granted + holdings.account.granted,
  balance: audit.balance + holdings.account.balance,
  open: audit.open + holdings.open,
  settled: audit.settled + holdings.settled + holdings.account.settledBefore,
  unbalanced: isBalanced(holdings) ? audit.unbalanced : [...audit.unbalanced, holdings],
  overdue: audit.overdue
})
