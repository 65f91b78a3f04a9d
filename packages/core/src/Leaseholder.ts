import { DateTime, type Duration, Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import type { Lease } from "./Spend.ts"
import { WatchPolicy } from "./WatchPlan.ts"

/** A process that follows spends, and how long each of its leases runs. */
export interface Leaseholder {
  /** Stands for this process alone: its next life has another. */
  readonly name: string
  readonly term: Duration.Duration
}

/** One that nobody has been before, with leases as the policy has them. */
export const make = Effect.gen(function* () {
  const random = yield* SecureRandom.SecureRandom
  const { lease } = yield* WatchPolicy
  return { name: yield* random.uuidV4(), term: lease } satisfies Leaseholder
})

/** What it takes or prolongs at this time. */
export const lease = ({ name, term }: Leaseholder, now: DateTime.Utc): Lease => ({
  holder: name,
  until: DateTime.addDuration(now, term)
})
