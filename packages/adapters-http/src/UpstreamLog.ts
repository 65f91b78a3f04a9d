import * as Outage from "@scnmnt/core/Outage"
import { Effect } from "effect"
import { HttpClientError } from "effect/http"
import type { Answer } from "./Chatgpt2apiClient.ts"
import type { ReadTask } from "./Chatgpt2apiTask.ts"
import type { Operation } from "./UpstreamCalls.ts"

export type UpstreamLog = ReturnType<typeof make>
export type TaskLog = Effect.Success<typeof ofTasks>

/**
 * The log of one kind of request. What the upstream says in words can carry account names and tokens, and it likes to
 * repeat the prompt: none of it is shown, at any level. Each refusal and each failure is worth a line at Debug, with the
 * code that its errors have; that the upstream does not serve at all is worth a warning, once until it does again.
 */
export const make = (operation: Operation) => {
  const outage = Outage.make("The upstream serves again", { operation })
  return {
    answer: Effect.fnUntraced(function* ({ status, text }: Pick<Answer, "status" | "text">) {
      if (status >= 200 && status < 300) return yield* outage.worked
      const facts = { operation, status, bytes: text.length, ...codeOf(text) }
      yield* Effect.annotateLogs(Effect.logDebug("The upstream refused a request"), facts)
      const trouble = troubleOf(status)
      yield* trouble === undefined
        ? outage.worked
        : outage.failed(Effect.annotateLogs(Effect.logWarning(trouble), facts))
    }),

    /** A request that brought no answer, or not all of it. */
    failure: (error: unknown) => {
      const reason = reasonOf(error)
      return Effect.andThen(
        Effect.annotateLogs(Effect.logDebug("The upstream did not answer", reason), { operation }),
        outage.failed(Effect.logWarning("The upstream does not answer", reason))
      )
    },

    /** An answer that the upstream began and did not bring to its end, with what it said of that. */
    brokenOff: (text: string) => {
      const facts = { operation, bytes: text.length, ...codeOf(text) }
      return Effect.andThen(
        Effect.annotateLogs(Effect.logDebug("The upstream broke off an answer"), facts),
        outage.failed(Effect.annotateLogs(Effect.logWarning("The upstream breaks off its answers"), facts))
      )
    },

    /** A request whose answer came to a good end. */
    success: outage.worked
  }
}

/** The log of tasks, however they were heard of. */
export const ofTasks = Effect.sync(() => {
  const seenStatuses = new Set<string>()

  /** A task is looked up again and again: an unknown status is worth one warning. */
  const unknownStatus = (status: string) => {
    if (seenStatuses.has(status) || seenStatuses.size >= 100) return Effect.void
    seenStatuses.add(status)
    return Effect.logWarning("The upstream reports a status that is not known; its task counts as running").pipe(
      Effect.annotateLogs({ status })
    )
  }

  return Effect.fnUntraced(function* (task: ReadTask) {
    if (task.unknownStatus !== undefined) {
      yield* unknownStatus(task.unknownStatus.slice(0, 40))
    }
    if (task.error !== undefined) {
      yield* Effect.logDebug("The upstream reports a failed task").pipe(
        Effect.annotateLogs({ taskId: task.id, bytes: task.error.length, ...codeOf(task.error) })
      )
    }
  })
})

/** Why there was no answer, without the request: the key to an image can be in its URL. */
const reasonOf = (error: unknown): unknown => {
  if (HttpClientError.isHttpClientError(error)) return error.reason.cause ?? error.reason._tag
  return error instanceof Error && HttpClientError.isHttpClientError(error.cause) ? reasonOf(error.cause) : error
}

/** What a status says of the upstream itself; nothing if it says something of the request. */
const troubleOf = (status: number) => {
  if (status === 401 || status === 403) return "The upstream does not let this service in"
  return status === 429 || status >= 500 ? "The upstream does not serve" : undefined
}

/** OpenAI's errors have a `type` and a `code`, both words of a program. */
const codeOf = (text: string) => {
  const found = [...text.matchAll(/"(type|code)":\s*"(\w{1,40})"/g)].map(([, name, value]) => [`error.${name}`, value])
  return Object.fromEntries(found)
}
