import { Option, Result, Schema } from "effect"
import { type LookUpError, SubmitError, UpstreamTask } from "./ports/ImageUpstream.ts"
import { RefundReason } from "./Spend.ts"

/** What became of a task that was paid for. */
export const Verdict = Schema.TaggedUnion({
  /** The upstream has it. */
  Accepted: { task: UpstreamTask },
  /** The upstream has nothing: the credit goes back, and the caller gets an error. */
  NotAccepted: { reason: RefundReason, last: SubmitError.fields.reason },
  /** The upstream may have it and can't be asked: the spend stays open, and the watcher will find out. */
  Unknown: {}
})
export type Verdict = typeof Verdict.Type

/** The tries that came to nothing. */
export interface Tries {
  /** What the last one met. */
  readonly last: SubmitError["reason"]
  /** Whether any of them, or a request before this one, may have started the task. */
  readonly uncertain: boolean
}

/**
 * Whether the tries alone decide. A refusal can be believed only if nothing may have been started before it: moderation
 * comes before the look-up of the id, so that a repeat can be refused while the first one runs.
 */
export const afterTries = (tries: Tries): Option.Option<Verdict> =>
  tries.last._tag === "Rejected" && !tries.uncertain ? Option.some(notAccepted(tries)) : Option.none()

/** What a look-up of the id, repeated if it was missing, decides otherwise. */
export const afterLookUp = (tries: Tries, lookUp: Result.Result<Option.Option<UpstreamTask>, LookUpError>): Verdict => {
  if (Result.isFailure(lookUp)) {
    return tries.uncertain ? Verdict.cases.Unknown.make({}) : notAccepted(tries)
  }
  return Option.match(lookUp.success, {
    onSome: (task) => Verdict.cases.Accepted.make({ task }),
    onNone: () => notAccepted(tries)
  })
}

const notAccepted = ({ last, uncertain }: Tries): Verdict =>
  Verdict.cases.NotAccepted.make({
    last,
    reason: last._tag === "Rejected" ? "rejected" : uncertain ? "not-accepted" : "unavailable"
  })
