import { Effect, Option, Schedule, Schema } from "effect"
import { assertDocumented } from "./Contract.ts"
import { Service } from "./Service.ts"

/** An answer, read to its end. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly bytes: Uint8Array
  readonly text: string
  /** The members of a JSON body; none of another. */
  readonly json: Readonly<Record<string, unknown>>
}

/** Sends a request as any client may, and leaves when it is interrupted. The answer must be one that is documented. */
export const request = Effect.fnUntraced(function* (path: string, init: RequestInit = {}) {
  const response = yield* open(path, init)
  const bytes = new Uint8Array(yield* Effect.tryPromise(() => response.arrayBuffer()))
  const answer = answerOf(response.status, response.headers, bytes)
  assertDocumented(init.method ?? "GET", path, answer)
  return answer
})

/** An answer of these bytes. */
export const answerOf = (status: number, headers: Headers, bytes: Uint8Array): Answer => {
  const text = new TextDecoder().decode(bytes)
  return { status, headers, bytes, text, json: Option.getOrElse(decodeJson(text), () => ({})) }
}

/** The same, with the body still to be read. */
export const open = Effect.fnUntraced(function* (path: string, init: RequestInit = {}) {
  const { url } = yield* Service
  return yield* Effect.tryPromise((interrupted) =>
    fetch(url + path, {
      redirect: "manual",
      ...init,
      signal: init.signal ? AbortSignal.any([interrupted, init.signal]) : interrupted
    })
  )
})

export const post = (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  request(path, asJson(body, headers))

export const asJson = (body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  ({
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body)
  }) satisfies RequestInit

/** A form of these fields and files, as a browser sends it. */
export const formOf = (fields: Readonly<Record<string, string>>, files: ReadonlyArray<File> = []) => {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  for (const file of files) form.append("image", file)
  return form
}

/** Runs the effect again and again until its value is as awaited: the test's time limit ends the wait. */
export const eventually = <A, E, R>(effect: Effect.Effect<A, E, R>, awaited: (value: A) => boolean) =>
  Effect.repeat(effect, { schedule: Schedule.spaced("20 millis"), until: awaited })

const decodeJson = Schema.decodeOption(Schema.fromJsonString(Schema.Record(Schema.String, Schema.Unknown)))
