import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Deferred, Effect, Stream } from "effect"
import { HttpServerResponse } from "effect/http"

/** The submissions of a task, in their order. */
export const submissionsOf = Effect.fnUntraced(function* (taskId: string) {
  const { requests } = yield* UpstreamSimulator
  return (yield* requests).filter(({ call, fields }) => call === "submit" && fields["client_task_id"] === taskId)
})

/** The id of the first task that is submitted from here on. */
export const submittedId = Effect.flatMap(UpstreamSimulator, ({ awaitRequest }) =>
  Effect.map(
    awaitRequest(({ call }) => call === "submit"),
    ({ fields }) => String(fields["client_task_id"])
  )
)

/**
 * Has the next submission wait for its answer until the test gives it, which this status then goes with. Nobody knows
 * the task before the answer, unless it is told to be accepted.
 */
export const holdSubmission = Effect.fnUntraced(function* ({ status = 200, accepts = false } = {}) {
  const { play } = yield* UpstreamSimulator
  const answer = yield* Deferred.make<string>()
  const body = Stream.encodeText(Stream.fromEffect(Deferred.await(answer)))
  yield* play(Fault.reply(HttpServerResponse.stream(body, { status, contentType: "application/json" }), { accepts }))
  return { answer: (body: unknown) => Deferred.succeed(answer, JSON.stringify(body)) }
})
