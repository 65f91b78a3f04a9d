import {
  ImageUpstream,
  LookUpError,
  Rejected,
  SubmitError,
  Unavailable,
  UnknownOutcome,
  UpstreamTask
} from "@scnmnt/core/ports/ImageUpstream"
import type { TaskId } from "@scnmnt/core/TaskId"
import { Clock, Duration, Effect, Option } from "effect"

/** What becomes of one submission. */
export type Outcome =
  | "accepted"
  | "accepted, answer lost"
  | "accepted later, answer lost"
  | "lost"
  | "rejected"
  | "denied"
  | "busy"
  | "busy for 5 seconds"
  | "painted at once"
  | "failed at once"

export const queued = UpstreamTask.cases.Queued.make({})
export const running = UpstreamTask.cases.Running.make({})
export const painted = UpstreamTask.cases.Succeeded.make({ image: { _tag: "Address", url: "/images/1.png" } })
export const imageless = UpstreamTask.cases.Succeeded.make({})
export const failed = UpstreamTask.cases.Failed.make({})

/** An upstream that keeps to its port, with a memory that a test may change, and whose answers a test decides. */
export class ModelUpstream {
  /** What it knows now. */
  readonly tasks = new Map<TaskId, UpstreamTask>()
  /** Every end that a task ever had here. */
  readonly pasts = new Map<TaskId, Set<UpstreamTask>>()
  /** Neither takes tasks nor answers look-ups. */
  isDown = false
  readonly #late: Array<{ readonly id: TaskId; readonly at: number }> = []
  readonly #outcome: (id: TaskId) => Outcome
  readonly #latency: Effect.Effect<void>

  constructor(outcome: (id: TaskId) => Outcome, latency: Effect.Effect<void> = Effect.void) {
    this.#outcome = outcome
    this.#latency = latency
  }

  /** How a task stands from now on. */
  set(id: TaskId, task: UpstreamTask): void {
    this.tasks.set(id, task)
    this.pasts.set(id, (this.pasts.get(id) ?? new Set()).add(task))
  }

  /** Whether the task ever stood like this. */
  wasEver(id: TaskId, task: UpstreamTask): boolean {
    return this.pasts.get(id)?.has(task) === true
  }

  readonly port = ImageUpstream.of({
    submit: (id) => this.#call(() => (this.isDown ? Effect.fail(busy) : this.#submit(id, this.#outcome(id)))),
    lookUp: (id) =>
      this.#call(() =>
        this.isDown ? Effect.fail(noAnswer) : Effect.succeed(Option.fromUndefinedOr(this.tasks.get(id)))
      )
  })

  #call<A, E>(answer: () => Effect.Effect<A, E>): Effect.Effect<A, E> {
    const now = Effect.flatMap(Clock.currentTimeMillis, (now) => {
      this.#startLate(now)
      return answer()
    })
    return this.#latency.pipe(
      Effect.andThen(Effect.exit(now)),
      Effect.flatMap((exit) => Effect.andThen(this.#latency, exit))
    )
  }

  #submit(id: TaskId, outcome: Outcome): Effect.Effect<UpstreamTask, SubmitError> {
    switch (outcome) {
      case "accepted":
        return Effect.succeed(this.#start(id, queued))
      case "painted at once":
        return Effect.succeed(this.#start(id, painted))
      case "failed at once":
        return Effect.succeed(this.#start(id, failed))
      case "accepted, answer lost":
        this.#start(id, queued)
        return Effect.fail(unknown)
      case "accepted later, answer lost":
        return Effect.flatMap(Clock.currentTimeMillis, (now) => {
          this.#late.push({ id, at: now + Duration.toMillis("10 seconds") })
          return Effect.fail(unknown)
        })
      case "lost":
        return Effect.fail(unknown)
      case "rejected":
        return Effect.fail(rejected)
      case "denied":
        return Effect.fail(denied)
      case "busy":
        return Effect.fail(busy)
      case "busy for 5 seconds":
        return Effect.fail(busyForAWhile)
    }
  }

  /** The same id again starts nothing. */
  #start(id: TaskId, task: UpstreamTask): UpstreamTask {
    const before = this.tasks.get(id)
    if (before === undefined) this.set(id, task)
    return before ?? task
  }

  #startLate(now: number): void {
    for (const { id, at } of this.#late.splice(0)) {
      if (at <= now) this.#start(id, queued)
      else this.#late.push({ id, at })
    }
  }
}

const submitError = (reason: SubmitError["reason"]) => new SubmitError({ reason })
const busy = submitError(new Unavailable({}))
const busyForAWhile = submitError(new Unavailable({ retryAfter: Duration.seconds(5) }))
const unknown = submitError(new UnknownOutcome())
const rejected = submitError(new Rejected({ because: "request" }))
const denied = submitError(new Rejected({ because: "access" }))
const noAnswer = new LookUpError()
