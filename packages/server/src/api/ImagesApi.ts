import { RequestedSize, AspectRatio } from "@scnmnt/core/AspectRatio"
import { Fingerprint } from "@scnmnt/core/Fingerprint"
import { IdempotencyKey } from "@scnmnt/core/IdempotencyKey"
import { ImageType } from "@scnmnt/core/ImageType"
import { Prompt } from "@scnmnt/core/Prompt"
import { Mode } from "@scnmnt/core/Spend"
import { TaskId } from "@scnmnt/core/TaskId"
import { Schema } from "effect"
import { Multipart } from "effect/http"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { Envelope } from "./Envelope.ts"
import * as Failures from "./Failures.ts"

const order = {
  prompt: Prompt.pipe(
    Schema.annotateEncoded({
      description: "What to paint: 1 to 32,000 characters after the space around them is trimmed.",
      examples: ["a lighthouse at dusk"]
    })
  ),
  size: Schema.optionalKey(
    RequestedSize.pipe(
      Schema.annotateEncoded({
        description: "The shape: `1:1`, `16:9` or `9:16`. Anything else, or nothing, is `1:1`.",
        examples: ["16:9"]
      })
    )
  ),
  fingerprint: Fingerprint.annotate({
    description: "The account that pays one credit.",
    examples: [Fingerprint.make("newcomer-1")]
  })
}

/** An order of a picture in words. */
export const GenerateJson = Schema.Struct(order).annotate({ identifier: "GenerateJson" })

const referenceImages = Multipart.FilesSchema.annotate({
  description:
    "Reference images to paint from, in PNG, JPEG, WebP or GIF: repeat the field for several. Unless the server is configured otherwise, at most 4, of 10 MiB (10,485,760 bytes) each; at most 50 megapixels each in any case."
})

/** The same as a form, which can bring reference images. */
export const GenerateForm = Schema.Struct({ ...order, image: Schema.optionalKey(referenceImages) }).annotate({
  identifier: "GenerateForm"
})

const Instant = (description: string) =>
  Schema.DateTimeUtcFromString.pipe(Schema.annotateEncoded({ format: "date-time", description }))

const id = TaskId.annotate({ description: "The task's id, a UUID in lower case." })

const task = {
  id,
  mode: Mode.annotate({ description: "`image` if reference images came with the order, else `text`." }),
  size: AspectRatio,
  status: Schema.Literals(["queued", "running", "completed", "failed"]).annotate({
    description: "`completed` and `failed` are final."
  }),
  image: Schema.optionalKey(
    Schema.String.annotate({ description: "The path of the image. Present once the task is completed." })
  ),
  error: Schema.optionalKey(
    Schema.String.annotate({
      description: "Why there is no image, in words for people. Present once the task has failed."
    })
  ),
  revisedPrompt: Schema.optionalKey(
    Schema.String.annotate({ description: "The prompt as the image service understood it." })
  ),
  progress: Schema.optionalKey(Schema.String.annotate({ description: "The step that the image service is at." })),
  refunded: Schema.optionalKey(Schema.Boolean.annotate({ description: "Present once the credit is back." })),
  createdAt: Instant("When the order was accepted."),
  updatedAt: Instant("When the status last changed.")
}

/** A task as its owner sees it. */
export const Task = Schema.Struct(task).annotate({ identifier: "Task" })
export type Task = typeof Task.Type

const notAWait = { problem: "not-a-wait", message: "must be a number of seconds from 0 to 55" }

/** How long an answer may wait for a task's end, in seconds: proxies give up on a request after 60. */
const WaitSeconds = Schema.String.annotate(notAWait)
  .check(Schema.isPattern(/^\d+(\.\d+)?$/u, notAWait))
  .pipe(Schema.decodeTo(Schema.FiniteFromString.check(Schema.isBetween({ minimum: 0, maximum: 55 }, notAWait))))

/** The answer to an order. */
export const SubmittedTask = Schema.Struct({
  ...task,
  prompt: Prompt.pipe(Schema.annotateEncoded({ description: "The prompt as it was ordered." })),
  remainingCredits: Schema.Int.annotate({ description: "The account's credits after this order." })
}).annotate({ identifier: "SubmittedTask" })

/** The answer for an id that is not known, or no longer. */
export const UnknownTask = Schema.Struct({
  id,
  status: Schema.Literal("failed"),
  error: Schema.String.annotate({ description: "That the task is unknown or has expired, in words for people." })
}).annotate({ identifier: "UnknownTask" })

/** A task's change; with its `id` as `Last-Event-ID` a client that was cut off hears what it has not heard yet. */
export const TaskEvent = Schema.Struct({
  id: Schema.optionalKey(Schema.String.annotate({ description: "What this event tells, for `Last-Event-ID`." })),
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
        Failures.TooManyPixels,
        Failures.UnsupportedMediaType,
        Failures.UnsupportedImage,
        Failures.IdempotencyKeyReused,
        Failures.RequestRejected,
        Failures.TooManyTasks,
        Failures.UpstreamFailed,
        Failures.UpstreamUnavailable,
        Failures.QuotaUnavailable,
        Failures.UpstreamNotAnswering
      ]
    }).annotateMerge(
      OpenApi.annotations({
        identifier: "generateImage",
        summary: "Order a picture",
        description:
          "Takes one credit, hands the order to the image service, and answers with the task to follow. A failure here means that nothing was charged; a task ends with an image or with its credit back.\n\nWith an `Idempotency-Key` the same order can be sent again, after a timeout or a lost connection, without being paid for twice: the answer is the task as it stands by then."
      })
    ),
    HttpApiEndpoint.get("task", "/tasks/:id", {
      params: { id },
      query: { wait: Schema.optionalKey(WaitSeconds) },
      success: Envelope(Schema.Union([Task, UnknownTask])),
      error: Failures.QuotaUnavailable
    }).annotateMerge(
      OpenApi.annotations({
        identifier: "getTask",
        summary: "How far a task is",
        description:
          "Answers at once, or with `wait` as soon as the task has ended or that time has passed. A task that is unknown or no longer kept reads as a failed one."
      })
    ),
    HttpApiEndpoint.get("events", "/tasks/:id/events", {
      params: { id },
      headers: { "last-event-id": Schema.optionalKey(Schema.String) },
      success: [HttpApiSchema.StreamSse({ events: TaskEvent }), HttpApiSchema.NoContent],
      error: Failures.QuotaUnavailable
    }).annotateMerge(
      OpenApi.annotations({
        identifier: "followTask",
        summary: "Follow a task as an event stream",
        description:
          "Server-sent events: the task as it stands, then at every change, last at its end, which closes the stream. A comment every 15 seconds keeps the connection alive. A client that reconnects with the last id it has seen as `Last-Event-ID`, as a browser's `EventSource` does by itself, is told only what is new."
      })
    ),
    HttpApiEndpoint.get("image", "/tasks/:id/image", {
      params: { id },
      success: HttpApiSchema.StreamUint8Array({ contentType: ImageType.literals }),
      error: [
        Failures.ImageNotReady,
        Failures.ImageGone,
        Failures.RangeNotSatisfiable,
        Failures.UpstreamFailed,
        Failures.ImageTooLarge,
        Failures.UpstreamUnavailable,
        Failures.QuotaUnavailable
      ]
    }).annotateMerge(
      OpenApi.annotations({
        identifier: "getImage",
        summary: "The image of a completed task",
        description:
          "The bytes as they come from the image service. They never change and may be cached for good. `Range` asks for a part of them."
      })
    )
  )
  .prefix("/api/images")
  .annotateMerge(OpenApi.annotations({ description: "Orders, the tasks they lead to, and their images." })) {}
