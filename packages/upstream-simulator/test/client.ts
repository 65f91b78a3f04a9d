import { type IncomingHttpHeaders, request as httpRequest } from "node:http"
import { Data, Effect, Schema } from "effect"
import type { Fault } from "../src/Fault.ts"
import { UpstreamSimulator } from "../src/UpstreamSimulator.ts"

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** One for each piece that the parser handed on. */
  readonly chunks: ReadonlyArray<Buffer>
  readonly text: string
  /** `false` if the line ended before the body did. */
  readonly whole: boolean
}

export class LineLost extends Data.TaggedError("LineLost")<{ readonly cause: Error; readonly bytesRead: number }> {}

export interface Call {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Leaves, as a reader does who closes the page, once this was read. */
  readonly leaveAt?: string
}

/** A bare client: one connection a call, nothing retried, nothing followed, nothing hidden. */
export const call = Effect.fnUntraced(function* (path: string, options: Call = {}) {
  const { apiKey, url } = yield* UpstreamSimulator
  return yield* Effect.callback<Answer, LineLost>((resume) => {
    const headers = { authorization: `Bearer ${apiKey}`, ...options.headers }
    const request = httpRequest(url + path, { method: options.method ?? "GET", agent: false, headers })
    request.on("error", (cause) =>
      resume(Effect.fail(new LineLost({ cause, bytesRead: request.socket?.bytesRead ?? 0 })))
    )
    request.on("response", (response) => {
      const chunks: Array<Buffer> = []
      const finish = () => {
        const text = Buffer.concat(chunks).toString()
        const status = response.statusCode ?? 0
        resume(Effect.succeed({ status, headers: response.headers, chunks, text, whole: response.complete }))
      }
      response.on("data", (chunk: Buffer) => {
        chunks.push(chunk)
        if (options.leaveAt !== undefined && Buffer.concat(chunks).includes(options.leaveAt)) request.destroy()
      })
      response.on("error", () => undefined)
      response.on("close", finish)
    })
    request.end(options.body)
    return Effect.sync(() => request.destroy())
  })
})

export const post = (path: string, body: unknown, options: Call = {}) =>
  call(path, {
    ...options,
    method: "POST",
    headers: { "content-type": "application/json", ...options.headers },
    body: JSON.stringify(body)
  })

export const submit = (id: string, fields: { readonly prompt?: string; readonly size?: string } = {}) =>
  post("/api/image-tasks/generations", {
    client_task_id: id,
    prompt: "a red fox",
    model: "gpt-image-2",
    size: "1:1",
    ...fields
  })

const Task = Schema.Struct({
  id: Schema.String,
  status: Schema.String,
  mode: Schema.String,
  model: Schema.String,
  size: Schema.String,
  quality: Schema.String,
  created_at: Schema.String,
  updated_at: Schema.String,
  data: Schema.optionalKey(Schema.Unknown),
  error: Schema.optionalKey(Schema.String),
  progress: Schema.optionalKey(Schema.String),
  elapsed_secs: Schema.optionalKey(Schema.Finite),
  duration_ms: Schema.optionalKey(Schema.Finite)
})

export const taskOf = (answer: Answer) => Schema.decodeEffect(Schema.fromJsonString(Task))(answer.text)

const LookUp = Schema.Struct({ items: Schema.Array(Task), missing_ids: Schema.Array(Schema.String) })

export const lookUp = Effect.fnUntraced(function* (...ids: ReadonlyArray<string>) {
  const answer = yield* call(`/api/image-tasks?ids=${ids.join(",")}`)
  return yield* Schema.decodeEffect(Schema.fromJsonString(LookUp))(answer.text)
})

export const json = (answer: Answer) => Schema.decodeEffect(Schema.fromJsonString(Schema.Unknown))(answer.text)

export const chat = (prompt: string, options: Call & { readonly seed?: number } = {}) =>
  post(
    "/v1/chat/completions",
    {
      model: "gpt-5.5",
      stream: true,
      temperature: 0.35,
      ...(options.seed === undefined ? {} : { seed: options.seed }),
      messages: [
        { role: "system", content: "You improve prompts." },
        { role: "user", content: prompt }
      ]
    },
    options
  )

const Chunk = Schema.Struct({
  object: Schema.Literal("chat.completion.chunk"),
  choices: Schema.Array(
    Schema.Struct({
      delta: Schema.Struct({ content: Schema.optionalKey(Schema.String) }),
      finish_reason: Schema.NullOr(Schema.String)
    })
  )
})

/** The text that a plain stream brings. */
export const spoken = (answer: Answer) =>
  Effect.forEach(
    answer.text.split("\n\n").filter((frame) => frame.startsWith("data: {")),
    (frame) => Schema.decodeEffect(Schema.fromJsonString(Chunk))(frame.slice("data: ".length))
  ).pipe(Effect.map((chunks) => chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("")))

/** Has these happen one after the other. */
export const play = Effect.fnUntraced(function* (...faults: ReadonlyArray<Fault>) {
  const simulator = yield* UpstreamSimulator
  yield* Effect.forEach(faults, (fault) => simulator.play(fault))
})

export const startedIds = Effect.gen(function* () {
  const { tasks } = yield* UpstreamSimulator
  return (yield* tasks).map(({ id }) => id)
})
