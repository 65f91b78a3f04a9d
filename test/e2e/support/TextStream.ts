import { Effect } from "effect"
import { open } from "./Client.ts"

/** An answer as it comes in, its headers read. */
export interface TextStream {
  readonly status: number
  readonly headers: Headers
  /** What comes in until this has come in, or until the end. */
  readonly readUntil: (text: string) => Effect.Effect<string, unknown>
  readonly readAll: Effect.Effect<string, unknown>
  /** Leaves, as a reader does who closes the page. */
  readonly leave: Effect.Effect<void>
}

export const openStream = Effect.fnUntraced(function* (path: string, init: RequestInit = {}) {
  const line = new AbortController()
  const response = yield* open(path, { ...init, signal: line.signal })
  const reader = (response.body ?? new Blob([]).stream()).pipeThrough(new TextDecoderStream()).getReader()
  let read = ""
  const readUntil = (isEnough: () => boolean) =>
    Effect.tryPromise(() => reader.read()).pipe(
      Effect.map(({ done, value }) => {
        read += value ?? ""
        return done || isEnough()
      }),
      Effect.repeat({ until: (isOver) => isOver }),
      Effect.map(() => read)
    )
  return {
    status: response.status,
    headers: response.headers,
    readUntil: (text) => readUntil(() => read.includes(text)),
    readAll: readUntil(() => false),
    leave: Effect.sync(() => line.abort())
  } satisfies TextStream
})
