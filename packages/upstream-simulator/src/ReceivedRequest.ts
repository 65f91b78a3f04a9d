import { Effect, Schema } from "effect"
import type { Call } from "./Wire.ts"

/** A request as it came in, byte for byte and decoded, and how its answer ended. */
export interface ReceivedRequest {
  readonly number: number
  readonly call: Call
  readonly method: string
  /** Without its query. */
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Names and values in turn as they came, repeated ones included. */
  readonly rawHeaders: ReadonlyArray<string>
  readonly body: Uint8Array
  /** The members of a JSON body, or the text fields of a multipart one. */
  readonly fields: Readonly<Record<string, unknown>>
  readonly files: ReadonlyArray<ReceivedFile>
  readonly receivedAt: number
  /** `hung-up`: the client left before the answer's end; `dropped`: the simulator destroyed the line. */
  readonly outcome: "open" | "answered" | "hung-up" | "dropped"
}

export interface ReceivedFile {
  readonly field: string
  readonly name: string
  readonly type: string
  readonly bytes: Uint8Array
}

export type Content = Pick<ReceivedRequest, "fields" | "files">

/** What a body says. One that cannot be read says nothing: its route then refuses it for what is missing. */
export const decodeBody = (body: Uint8Array, contentType: string): Effect.Effect<Content> => {
  if (contentType.startsWith("application/json")) {
    return Schema.decodeEffect(JsonFields)(new TextDecoder().decode(body)).pipe(
      Effect.match({ onFailure: () => nothing, onSuccess: (fields) => ({ fields, files: [] }) })
    )
  }
  return contentType.startsWith("multipart/form-data")
    ? formData(body, contentType).pipe(Effect.orElseSucceed(() => nothing))
    : Effect.succeed(nothing)
}

const nothing: Content = { fields: {}, files: [] }

const JsonFields = Schema.fromJsonString(Schema.Record(Schema.String, Schema.Unknown))

/** Read by Node's own parser, a stranger to whatever wrote the body. */
const formData = Effect.fnUntraced(function* (body: Uint8Array, contentType: string) {
  const form = yield* Effect.tryPromise(() =>
    new Response(new Uint8Array(body), { headers: { "content-type": contentType } }).formData()
  )
  const entries = [...form]
  const fields = Object.fromEntries(entries.filter(([, value]) => typeof value === "string"))
  const parts = entries.flatMap(([field, value]) => (typeof value === "string" ? [] : [{ field, value }]))
  const files = yield* Effect.forEach(parts, ({ field, value }) =>
    Effect.tryPromise(() => value.arrayBuffer()).pipe(
      Effect.map((bytes) => ({ field, name: value.name, type: value.type, bytes: new Uint8Array(bytes) }))
    )
  )
  return { fields, files }
})
