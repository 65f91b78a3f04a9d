import { Context, Schema } from "effect"
import type { Effect, Option } from "effect"
import type { ImageRequest } from "../ImageRequest.ts"
import type { TaskId } from "../TaskId.ts"

/** The paid API that makes the images: slow, lossy, and idempotent by task id. */
export class ImageUpstream extends Context.Service<
  ImageUpstream,
  {
    /** Starts a task under this id, or answers with the one that already has it. */
    submit(id: TaskId, request: ImageRequest): Effect.Effect<UpstreamTask, SubmitError>
    /** What the upstream knows of a task; `None` when it knows none of that id. Calls of the same moment share one request. */
    lookUp(id: TaskId): Effect.Effect<Option.Option<UpstreamTask>, LookUpError>
  }
>()("@scnmnt/core/ports/ImageUpstream") {}

/**
 * Where an image lives, as the upstream tells it: an address (absolute, or a path on the upstream), or the image itself, in
 * base64 (RFC 4648, section 4) with nothing around or within it.
 */
export const ImageLocation = Schema.TaggedUnion({
  Address: { url: Schema.String },
  Inline: { base64: Schema.String }
})
export type ImageLocation = typeof ImageLocation.Type

/** A task as the upstream sees it, with the forks' many words for a status brought down to these. */
export const UpstreamTask = Schema.TaggedUnion({
  Queued: {},
  /** `progress` is a step's name, such as `receiving_image`. A status that nobody knows counts as running. */
  Running: { progress: Schema.optional(Schema.String) },
  /** Without an image where the upstream claims success and brings none. */
  Succeeded: { image: Schema.optional(ImageLocation), revisedPrompt: Schema.optional(Schema.String) },
  Failed: {}
})
export type UpstreamTask = typeof UpstreamTask.Type

/** The upstream said no and nothing was started. */
export class Rejected extends Schema.TaggedError<Rejected>()("Rejected", {
  /** `request`: it will not make this image (moderation, validation). `access`: it does not let this service in. */
  because: Schema.Literals(["request", "access"])
}) {}

/** Nothing was started, and a later try may succeed. */
export class Unavailable extends Schema.TaggedError<Unavailable>()("Unavailable", {
  /** What the upstream asked for, if it did. */
  retryAfter: Schema.optional(Schema.Duration)
}) {}

/** The task may have been started: the line dropped, time ran out, or the answer can't be read. */
export class UnknownOutcome extends Schema.TaggedError<UnknownOutcome>()("UnknownOutcome", {}) {}

/** Why a submission brought no task, told apart by what the caller has to do next. */
export class SubmitError extends Schema.TaggedError<SubmitError>()("SubmitError", {
  reason: Schema.Union([Rejected, Unavailable, UnknownOutcome])
}) {}

/** A look-up that brought no answer; it says nothing about the task. */
export class LookUpError extends Schema.TaggedError<LookUpError>()("LookUpError", {}) {}
