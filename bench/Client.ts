import { Effect, Schema, Stream } from "effect"

/** An answer whose body is still to be read; who is interrupted leaves. */
export const open = (url: string, init: RequestInit = {}) =>
  Effect.tryPromise((signal) => fetch(url, { ...init, signal })).pipe(
    Effect.filterOrElse(
      ({ ok }) => ok,
      ({ status }) => Effect.die(new Error(`${url} answers ${status}`))
    )
  )

export const post = (url: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  open(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body)
  })

/** The body as it arrives. */
export const bodyOf = ({ body }: Response) =>
  body === null
    ? Stream.empty
    : Stream.fromReadableStream({ evaluate: () => body, onError: (cause) => new Error("cut off", { cause }) })

/** The whole body, as text. */
export const textOf = (answer: Response) => Effect.tryPromise(() => answer.text())

/** Orders a picture, and tells the id of its task. */
export const order = Effect.fnUntraced(function* (url: string, prompt: string, account = fingerprint) {
  const answer = yield* post(`${url}/api/images/generate`, { prompt, fingerprint: account })
  const { data } = yield* decodeTask(yield* textOf(answer))
  return data.id
})

const decodeTask = Schema.decodeEffect(
  Schema.fromJsonString(Schema.Struct({ data: Schema.Struct({ id: Schema.String }) }))
)

export const fingerprint = "account-of-the-bench"

export const checkIn = (url: string) => post(`${url}/api/quota/check-in`, { fingerprint })
