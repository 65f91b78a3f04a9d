import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect, Schema, Stream } from "effect"
import { HttpServerResponse } from "effect/http"
import { generate, newAccount, taskIdOf } from "../../e2e/support/Jobs.ts"
import { openStream } from "../../e2e/support/TextStream.ts"

/** A task that stands as the test says, and is looked up by no other truth. */
export const puppet = Effect.gen(function* () {
  const { play } = yield* UpstreamSimulator
  yield* play(Fault.neverEnds())
  const id = yield* taskIdOf(yield* generate({ fingerprint: yield* newAccount }))
  let task: Readonly<Record<string, unknown>> = { id, status: "queued" }
  const answer = Stream.encodeText(
    Stream.fromEffect(Effect.sync(() => JSON.stringify({ items: [task], missing_ids: [] })))
  )
  const response = HttpServerResponse.stream(answer, { contentType: "application/json" })
  yield* play(Fault.reply(response, { on: "look-up" }), { when: { clientTaskId: id }, times: Infinity })
  const is = (changes: Readonly<Record<string, unknown>>) => Effect.sync(() => void (task = { id, ...changes }))
  return {
    id,
    runs: (progress: string) => is({ status: "running", progress }),
    succeeds: is({ status: "success", data: [{ url: `/images/${id}.png` }] }),
    fails: is({ status: "error", error: "no" })
  }
})

/** Follows a task, as one who was cut off after this event comes back. */
export const events = (id: string, lastEventId?: string) =>
  openStream(
    `/api/images/tasks/${id}/events`,
    lastEventId === undefined ? {} : { headers: { "last-event-id": lastEventId } }
  )

/** The events among what came in, and no comments. */
export const told = (text: string) =>
  Effect.forEach(
    text.split("\n\n").filter((event) => event !== "" && !event.startsWith(":")),
    (event) => decodeEvent(/^id: (?<id>.*)\ndata: (?<data>.*)$/.exec(event)?.groups)
  )

/** The same in a word or two each: `queued`, `running painting`, … */
export const inShort = (text: string) =>
  Effect.map(told(text), (events) =>
    events.map(({ data: { progress, status } }) => (progress === undefined ? status : `${status} ${progress}`))
  )

const Task = Schema.StructWithRest(
  Schema.Struct({ id: Schema.String, status: Schema.String, progress: Schema.optionalKey(Schema.String) }),
  [Schema.Record(Schema.String, Schema.Unknown)]
)

const decodeEvent = Schema.decodeUnknownEffect(Schema.Struct({ id: Schema.String, data: Schema.fromJsonString(Task) }))
