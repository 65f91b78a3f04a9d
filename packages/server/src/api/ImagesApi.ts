import { RequestedSize, AspectRatio } from "@scnmnt/core/AspectRatio"
import { Fingerprint } from "@scnmnt/core/Fingerprint"
import { IdempotencyKey } from "@scnmnt/core/IdempotencyKey"
import { Prompt } from "@scnmnt/core/Prompt"
import { Mode } from "@scnmnt/core/Spend"
import { TaskId } from "@scnmnt/core/TaskId"
import { Schema } from "effect"
import { Multipart } from "effect/http"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema } from "effect/http-api"
import { Envelope } from "./Envelope.ts"
import * as Failures from "./Failures.ts"

const order = { prompt: Prompt, size: Schema.optionalKey(RequestedSize), fingerprint: Fingerprint }

/** An order of a picture in words. */
export const GenerateJson = Schema.Struct(order)

/** The same as a form, which can bring reference images. */
export const GenerateForm = Schema.Struct({ ...order, image: Schema.optionalKey(Multipart.FilesSchema) })

const task = {
  id: TaskId,
  mode: Mode,
  size: AspectRatio,
  status: Schema.Literals(["queued", "running", "completed", "failed"]),
  /** The path of the image, once completed. */
  image: Schema.optionalKey(Schema.String),
  /** Why there is no image, in words for people. */
  error: Schema.optionalKey(Schema.String),
  /** The prompt as the image service understood it. */
  revisedPrompt: Schema.optionalKey(Schema.String),
  /** The step that the image service is at. */
  progress: Schema.optionalKey(Schema.String),
  /** Present once the credit is back. */
  refunded: Schema.optionalKey(Schema.Boolean),
  createdAt: Schema.DateTimeUtcFromString,
  updatedAt: Schema.DateTimeUtcFromString
}

/** A task as its owner sees it. */
export const Task = Schema.Struct(task)
export type Task = typeof Task.Type

/** How long an answer may wait for a task's end, in seconds: proxies give up on a request after 60. */
const WaitSeconds = Schema.String.check(Schema.isPattern(/^\d+(\.\d+)?$/)).pipe(
  Schema.decodeTo(Schema.FiniteFromString.check(Schema.isBetween({ minimum: 0, maximum: 55 })))
)

/** The answer to an order. */
export const SubmittedTask = Schema.Struct({ ...task, prompt: Prompt, remainingCredits: Schema.Int })

/** The answer for an id that is not known, or no longer. */
export const UnknownTask = Schema.Struct({ id: TaskId, status: Schema.Literal("failed"), error: Schema.String })

/** A task's change; with its `id` as `Last-Event-ID` a client that was cut off hears what it has not heard yet. */
export const TaskEvent = Schema.Struct({
  id: Schema.optionalKey(Schema.String),
  data: Schema.fromJsonString(Schema.Union([Task, UnknownTask]))
})

/** Orders, tasks and their images. */
export class ImagesApi extends HttpApiGroup.make("images")
  .add(
    HttpApiEndpoint.post("generate", "/generate", {
      headers: { "idempotency-key": Schema.optionalKey(IdempotencyKey) },
      payload: [GenerateJson, GenerateForm.pipe(HttpApiSchema.asMultipartStream())],
      success: Envelope(SubmittedTask),
      error: [
        Failures.InsufficientCredits,
        Failures.RequestTimeout,
        Failures.PayloadTooLarge,
        Failures.TooManyPixels,
        Failures.UnsupportedMediaType,
        Failures.UnsupportedImage,
        Failures.IdempotencyKeyReused,
        Failures.RequestRejected,
        Failures.UpstreamFailed,
        Failures.UpstreamUnavailable,
        Failures.QuotaUnavailable,
        Failures.UpstreamNotAnswering
      ]
    }),
    HttpApiEndpoint.get("task", "/tasks/:id", {
      params: { id: TaskId },
      query: { wait: Schema.optionalKey(WaitSeconds) },
      success: Envelope(Schema.Union([Task, UnknownTask])),
      error: Failures.QuotaUnavailable
    }),
    HttpApiEndpoint.get("events", "/tasks/:id/events", {
      params: { id: TaskId },
      headers: { "last-event-id": Schema.optionalKey(Schema.String) },
      success: [HttpApiSchema.StreamSse({ events: TaskEvent }), HttpApiSchema.NoContent],
      error: Failures.QuotaUnavailable
    }),
    HttpApiEndpoint.get("image", "/tasks/:id/image", {
      params: { id: TaskId },
      success: HttpApiSchema.StreamUint8Array(),
      error: [
        Failures.ImageNotReady,
        Failures.ImageGone,
        Failures.RangeNotSatisfiable,
        Failures.UpstreamFailed,
        Failures.ImageTooLarge,
        Failures.UpstreamUnavailable,
        Failures.QuotaUnavailable
      ]
    })
  )
  .prefix("/api/images") {}
