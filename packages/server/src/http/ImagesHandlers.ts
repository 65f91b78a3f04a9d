import * as ImageGeneration from "@scnmnt/core/ImageGeneration"
import * as ImageTasks from "@scnmnt/core/ImageTasks"
import type { ImageSourceError } from "@scnmnt/core/ports/ImageSource"
import type { TaskId } from "@scnmnt/core/TaskId"
import { Duration, Effect } from "effect"
import { HttpEffect, HttpServerResponse } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { Api } from "../api/Api.ts"
import { ok } from "../api/Envelope.ts"
import * as Failures from "../api/Failures.ts"
import { Shutdown } from "../Shutdown.ts"
import * as Orders from "./Orders.ts"
import { quotaUnavailable, upstreamUnavailable } from "./RetryAfter.ts"
import * as TaskEvents from "./TaskEvents.ts"
import * as TaskView from "./TaskView.ts"

export const layer = HttpApiBuilder.group(Api, "images", (handlers) =>
  handlers
    .handle("generate", ({ headers, payload }) =>
      Effect.gen(function* () {
        const order = yield* Orders.ofPayload(payload, headers["idempotency-key"])
        const { remainingCredits, replayed, task } = yield* ImageGeneration.generate(order)
        if (replayed) yield* markAsReplayed
        return ok({ ...(yield* TaskView.ofTask(task)), prompt: order.request.prompt, remainingCredits })
      }).pipe(
        Effect.catchTags({
          NotAnImage: () => new Failures.UnsupportedImage(),
          InsufficientCredits: () => new Failures.InsufficientCredits(),
          IdempotencyKeyReused: () => new Failures.IdempotencyKeyReused(),
          RequestRejected: ({ taskId }) => new Failures.RequestRejected({ taskId }),
          UpstreamAccessDenied: ({ taskId }) => new Failures.UpstreamFailed({ taskId }),
          UpstreamUnavailable: ({ taskId, retryAfter }) => upstreamUnavailable(retryAfter, taskId),
          UpstreamNotAnswering: ({ taskId }) => new Failures.UpstreamNotAnswering({ taskId }),
          QuotaUnavailable: () => quotaUnavailable,
          // The HTTP layer's own failures have their place in FailureResponses.
          MultipartError: Effect.die,
          PlatformError: Effect.die,
          ReferenceImageUnreadable: Effect.die
        })
      )
    )
    .handle("task", ({ params, query }) =>
      Effect.gen(function* () {
        const shutdown = yield* Shutdown
        const task =
          query.wait === undefined
            ? ImageTasks.get(params.id)
            : ImageTasks.getAtEnd(params.id, Effect.race(Effect.sleep(Duration.seconds(query.wait)), shutdown.begins))
        return ok(yield* Effect.flatMap(task, TaskView.ofTask))
      }).pipe(
        Effect.catchTags({
          TaskUnknown: () => Effect.map(TaskView.ofUnknown(params.id), ok),
          QuotaUnavailable: () => quotaUnavailable
        })
      )
    )
    .handle("events", ({ params, request }) =>
      TaskEvents.respond(params.id, request.headers["last-event-id"]).pipe(
        Effect.catchTag("QuotaUnavailable", () => quotaUnavailable)
      )
    )
    .handle("image", ({ params, request }) =>
      Effect.gen(function* () {
        const headers = imageHeaders(params.id)
        if (request.headers["if-none-match"]?.includes(headers.etag)) {
          return HttpServerResponse.empty({ status: 304, headers })
        }
        const { bytes, length, type } = yield* ImageTasks.openImage(params.id)
        return HttpServerResponse.stream(bytes, { contentType: type, contentLength: length, headers })
      }).pipe(
        Effect.catchTags({
          TaskUnknown: () => new Failures.ImageNotReady(),
          ImageNotReady: () => new Failures.ImageNotReady(),
          ImageNotLocated: () => upstreamUnavailable(),
          ImageUnreadable: () => new Failures.UpstreamFailed(),
          ImageSourceError: sourceFailure,
          QuotaUnavailable: () => quotaUnavailable
        })
      )
    )
)

const sourceFailure = Effect.fnUntraced(function* ({ reason }: ImageSourceError) {
  switch (reason._tag) {
    case "Gone":
      return yield* new Failures.ImageGone()
    case "Refused":
      return yield* new Failures.UpstreamFailed()
    case "Unreachable":
      return yield* upstreamUnavailable()
  }
})

/** A task's image never changes, so that its id is its version. */
const imageHeaders = (id: TaskId) => ({
  "cache-control": "public, max-age=31536000, immutable",
  etag: `"${id}"`,
  "x-content-type-options": "nosniff"
})

const markAsReplayed = HttpEffect.appendPreResponseHandler((_, response) =>
  Effect.succeed(HttpServerResponse.setHeader(response, "idempotency-replayed", "true"))
)
