import * as Audit from "@scnmnt/core/Audit"
import { QuotaStore } from "@scnmnt/core/ports/QuotaStore"
import * as WatchPlan from "@scnmnt/core/WatchPlan"
import { Console, DateTime, Effect, Schema, Struct } from "effect"
import { CliError } from "effect/cli"
import * as Configuration from "../Configuration.ts"
import * as QuotaStoreSettings from "../QuotaStoreSettings.ts"
import { Settings } from "../Settings.ts"

/** The books are off: see what was printed. */
class AuditFailed extends Schema.TaggedError<AuditFailed>()("AuditFailed", { findings: Schema.Int }) {
  override get [CliError.userMessage]() {
    return `The audit found ${this.findings} fault(s) in the books.`
  }
}

/** `scnmnt audit`: holds the books of a store against their rule, while a server runs on it or not. */
export const audit = Effect.gen(function* () {
  const settings = yield* Configuration.load(variables)
  const policy = {
    ...(yield* WatchPlan.WatchPolicy),
    deadline: settings.TASK_DEADLINE,
    pollInterval: settings.TASK_POLL_INTERVAL
  }
  const openSince = WatchPlan.endedByNow(policy, yield* DateTime.now)
  const found = yield* QuotaStore.use((store) => store.audit(openSince)).pipe(
    Effect.provide(QuotaStoreSettings.layer(settings))
  )
  yield* Console.log(report(found))
  if (!Audit.isClean(found)) {
    return yield* new AuditFailed({ findings: found.unbalanced.length + found.overdue.length })
  }
})

const variables = Settings.mapFields(
  Struct.pick([...QuotaStoreSettings.variables, "TASK_DEADLINE", "TASK_POLL_INTERVAL"])
)

const report = ({ accounts, balance, granted, open, overdue, settled, unbalanced }: Audit.Audit): string =>
  [
    `accounts  ${accounts}`,
    `granted   ${granted}`,
    `settled   ${settled}`,
    `open      ${open}`,
    `balance   ${balance}`,
    ...unbalanced.flatMap(faults),
    ...overdue.map((id) => `${id}: open past its deadline`)
  ].join("\n")

const faults = (holdings: Audit.Holdings): ReadonlyArray<string> => {
  const { account, counted, open, settled } = holdings
  const { balance, fingerprint, granted, settledBefore } = account
  return [
    ...(Audit.addsUp(holdings)
      ? []
      : [
          `${fingerprint}: balance ${balance}, but ${granted} granted - ${open} open - ${settled + settledBefore} settled`
        ]),
    ...(Audit.isCounted(holdings) ? [] : [`${fingerprint}: ${open} open, but ${counted} by the count that limits them`])
  ]
}
