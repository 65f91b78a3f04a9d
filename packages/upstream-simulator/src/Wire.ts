import { Schema } from "effect"

/**
 * The body of a generation, and the text fields of an edit. `size` is free text, `null` as good as absent.
 */
export const Submission = Schema.Struct({
  client_task_id: Schema.String.check(Schema.isMinLength(1)),
  prompt: Schema.String.check(Schema.isMinLength(1)),
  model: Schema.optionalKey(Schema.String),
  size: Schema.optionalKey(Schema.NullOr(Schema.String)),
  quality: Schema.optionalKey(Schema.String)
})
export type Submission = typeof Submission.Type

const ContentPart = Schema.Struct({ type: Schema.String, text: Schema.optionalKey(Schema.String) })

/**
 * What the simulator reads of `POST /v1/chat/completions`; other members pass, as they do upstream.
 */
export const ChatRequest = Schema.Struct({
  model: Schema.String,
  messages: Schema.Array(
    Schema.Struct({
      role: Schema.String,
      content: Schema.Union([Schema.String, Schema.Array(ContentPart)])
    })
  ),
  stream: Schema.optionalKey(Schema.Boolean),
  temperature: Schema.optionalKey(Schema.Finite)
})
export type ChatRequest = typeof ChatRequest.Type

/**
 * A task as it goes over the wire. `status` and `data` are open, since faults and forks put anything there.
 */
export interface Task {
  readonly id: string
  readonly status: string
  readonly mode: Mode
  readonly model: string
  readonly size: string
  readonly quality: string
  /** The server's local time, to the second, with no offset. */
  readonly created_at: string
  readonly updated_at: string
  readonly data?: unknown
  readonly error?: string
  readonly progress?: string
  readonly elapsed_secs?: number
  readonly duration_ms?: number
}

export type Mode = "generate" | "edit"

/** Which of the wire's calls a request is. */
export type Call = "submit" | "look-up" | "image" | "chat" | "other"
