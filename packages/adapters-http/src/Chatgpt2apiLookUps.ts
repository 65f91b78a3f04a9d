import type { LookUpError, UpstreamTask } from "@scnmnt/core/ports/ImageUpstream"
import type { TaskId } from "@scnmnt/core/TaskId"
import { Cache, type Duration, Effect, Exit, Option, Request, RequestResolver, Schema } from "effect"
import { HttpClientRequest } from "effect/http"
import type { Chatgpt2apiClient } from "./Chatgpt2apiClient.ts"
import { type Chatgpt2apiEndpoint, taskUrl } from "./Chatgpt2apiEndpoint.ts"
import { lookUpError } from "./Chatgpt2apiErrors.ts"
import * as Chatgpt2apiTask from "./Chatgpt2apiTask.ts"
import * as UpstreamCalls from "./UpstreamCalls.ts"
import type { TaskLog, UpstreamLog } from "./UpstreamLog.ts"

/**
 * Looks a task up. Calls of the same five milliseconds share one request of at most 100 ids, and an id that is being
 * asked for is not asked for again. Nothing is kept beyond that: the next call asks anew.
 */
export const make = Effect.fnUntraced(function* ({ client, endpoint, log, logTask, timeout }: Needs) {
  const resolver = RequestResolver.make<LookUp>(
    Effect.fnUntraced(function* (entries) {
      const found = yield* lookUpAll(entries.map(({ request }) => request.id))
      for (const entry of entries) {
        entry.completeUnsafe(found.get(entry.request.id) ?? Exit.fail(lookUpError))
      }
    })
  ).pipe(RequestResolver.setDelay("5 millis"), RequestResolver.batchN(100))

  const lookUpAll = (ids: ReadonlyArray<TaskId>): Effect.Effect<Found, LookUpError> =>
    ask(ids).pipe(
      Effect.catchTag("AnswerTooLong", () => (ids.length < 2 ? Effect.fail(lookUpError) : inHalves(ids, lookUpAll))),
      Effect.mapError(() => lookUpError)
    )

  const ask = Effect.fnUntraced(
    function* (ids: ReadonlyArray<TaskId>) {
      yield* UpstreamCalls.askedFor(ids.length)
      const request = HttpClientRequest.get(taskUrl(endpoint, `?ids=${ids.join(",")}`))
      const answer = yield* client.send(request, timeout).pipe(Effect.tapError(log.failure))
      yield* log.answer(answer)
      if (answer.status !== 200) {
        return yield* lookUpError
      }
      const { items, missing_ids } = yield* decodeAnswer(answer.text)
      const tasks = items.flatMap((item) => Option.toArray(Chatgpt2apiTask.read(item)))
      yield* Effect.forEach(tasks, logTask, { discard: true })
      return foundAmong(tasks, missing_ids ?? [])
    },
    UpstreamCalls.observed("look-up", () => "unavailable")
  )

  const cache = yield* RequestResolver.asCache(resolver, {
    capacity: Number.POSITIVE_INFINITY,
    timeToLive: () => 0
  })
  return (id: TaskId) => Cache.get(cache, new LookUp({ id }))
})

interface Needs {
  readonly client: Chatgpt2apiClient
  readonly log: UpstreamLog
  readonly logTask: TaskLog
  readonly endpoint: Chatgpt2apiEndpoint
  readonly timeout: Duration.Input
}

class LookUp extends Request.Class<{ readonly id: TaskId }, Option.Option<UpstreamTask>, LookUpError> {}

type Found = ReadonlyMap<string, Exit.Exit<Option.Option<UpstreamTask>>>

/** What is neither found nor missing was not answered. */
const foundAmong = (tasks: ReadonlyArray<Chatgpt2apiTask.ReadTask>, missing: ReadonlyArray<unknown>): Found =>
  new Map([
    ...missing.filter((id) => typeof id === "string").map((id) => [id, Exit.succeed(Option.none())] as const),
    ...tasks.map(({ id, task }) => [id, Exit.succeed(Option.some(task))] as const)
  ])

const decodeAnswer = Schema.decodeEffect(Schema.fromJsonString(Chatgpt2apiTask.LookUpAnswer))

const inHalves = Effect.fnUntraced(function* (
  ids: ReadonlyArray<TaskId>,
  lookUpAll: (ids: ReadonlyArray<TaskId>) => Effect.Effect<Found, LookUpError>
) {
  const middle = Math.ceil(ids.length / 2)
  const first = yield* lookUpAll(ids.slice(0, middle))
  return new Map([...first, ...(yield* lookUpAll(ids.slice(middle)))])
})
