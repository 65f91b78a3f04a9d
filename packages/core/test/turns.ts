import {
  ImageLocation,
  LookUpError,
  Rejected,
  type SubmitError,
  Unavailable,
  UnknownOutcome,
  UpstreamTask
} from "@scnmnt/core/ports/ImageUpstream"
import { refuse, type Turn } from "@scnmnt/core/testing/TestImageUpstream"
import { Duration, Effect, type Option } from "effect"

export const image = ImageLocation.cases.Address.make({ url: "/images/fox.png" })

export const queued = UpstreamTask.cases.Queued.make({})
export const running = UpstreamTask.cases.Running.make({ progress: "painting" })
export const succeeded = UpstreamTask.cases.Succeeded.make({ image, revisedPrompt: "a very red fox" })
export const withoutImage = UpstreamTask.cases.Succeeded.make({})
export const failed = UpstreamTask.cases.Failed.make({})

/** The same turn for as many calls as there may be. */
export const always = <T>(turn: T): ReadonlyArray<T> => Array.from({ length: 50 }, () => turn)

export type SubmitTurn = Turn<UpstreamTask, SubmitError>
export type LookUpTurn = Turn<Option.Option<UpstreamTask>, LookUpError>

/** Turns that a submission takes. */
export const answers =
  (task: UpstreamTask): SubmitTurn =>
  () =>
    Effect.succeed(task)
export const rejected = refuse(new Rejected({ because: "request" }))
export const denied = refuse(new Rejected({ because: "access" }))
export const busy = refuse(new Unavailable({}))
export const busyFor = (seconds: number) => refuse(new Unavailable({ retryAfter: Duration.seconds(seconds) }))
export const lost = refuse(new UnknownOutcome())

/** Turns that a look-up takes. */
export const finds =
  (task: UpstreamTask): LookUpTurn =>
  () =>
    Effect.succeedSome(task)
export const missing: LookUpTurn = () => Effect.succeedNone
export const down: LookUpTurn = () => Effect.fail(new LookUpError())
