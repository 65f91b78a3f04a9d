import { Effect } from "effect"
import type { Answer } from "./Chatgpt2apiClient.ts"
import type { ReadTask } from "./Chatgpt2apiTask.ts"

export type UpstreamLog = Effect.Success<typeof make>

/**
 * What the upstream says in words can carry account names and tokens, and it likes to repeat the prompt: none of it is
 * shown, at any level. That it said something is worth a line at Debug, with the code that its errors have.
 */
export const make = Effect.sync(() => {
  const seenStatuses = new Set<string>()

  /** A task is looked up again and again: an unknown status is worth one warning. */
  const unknownStatus = (status: string) => {
    if (seenStatuses.has(status) || seenStatuses.size >= 100) return Effect.void
    seenStatuses.add(status)
    return Effect.logWarning("The upstream reports a status that is not known; its task counts as running").pipe(
      Effect.annotateLogs({ status })
    )
  }

  return {
    answer: Effect.fnUntraced(function* ({ status, text }: Answer) {
      if (status >= 200 && status < 300) return
      if (status === 401 || status === 403) {
        yield* Effect.logWarning("The upstream does not let this service in").pipe(Effect.annotateLogs({ status }))
      }
      yield* Effect.logDebug("The upstream refused a request").pipe(
        Effect.annotateLogs({ status, bytes: text.length, ...codeOf(text) })
      )
    }),

    /** A request that brought no answer. */
    failure: (error: unknown) => Effect.logDebug("The upstream did not answer", error),

    task: Effect.fnUntraced(function* (task: ReadTask) {
      if (task.unknownStatus !== undefined) {
        yield* unknownStatus(task.unknownStatus.slice(0, 40))
      }
      if (task.error !== undefined) {
        yield* Effect.logDebug("The upstream reports a failed task").pipe(
          Effect.annotateLogs({ taskId: task.id, bytes: task.error.length, ...codeOf(task.error) })
        )
      }
    })
  }
})

/** OpenAI's errors have a `type` and a `code`, both words of a program. */
const codeOf = (text: string) => {
  const found = [...text.matchAll(/"(type|code)":\s*"(\w{1,40})"/g)].map(([, name, value]) => [`error.${name}`, value])
  return Object.fromEntries(found)
}
