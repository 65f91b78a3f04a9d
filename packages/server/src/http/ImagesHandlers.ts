import * as ImageGeneration from "@scnmnt/core/ImageGeneration"
import * as ImageTasks from "@scnmnt/core/ImageTasks"
import { maxPixels } from "@scnmnt/core/ReferenceImage"
import { Duration, Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { Api } from "../api/Api.ts"
import { ok } from "../api/Envelope.ts"
import * as Failures from "../api/Failures.ts"
import { Shutdown } from "../Shutdown.ts"
import { noteTask } from "../telemetry/RequestRecord.ts"
import * as ImageResponse from "./ImageResponse.ts"
import * as Orders from "./Orders.ts"
import * as RateLimiting from "./RateLimiting.ts"
import * as ResponseHeaders from "./ResponseHeaders.ts"
import { quotaUnavailable, tooManyTasks, upstreamUnavailable } from "./RetryAfter.ts"
import * as TaskEvents from "./TaskEvents.ts"
import * as TaskView from "./TaskView.ts"

export const layer = HttpApiBuilder.group(Api, "images", (handlers) =>
  handlers
    .handle("generate", ({ headers, payload }) =>
      Effect.gen(function* () {
        const order = yield* Orders.ofPayload(payload, headers["idempotency-key"])
        yield* RateLimiting.count("account-generate", order.account)
        const { remainingCredits, replayed, task } = yield* ImageGeneration.generate(order)
        yield* noteTask(task.taskId)
        if (replayed) yield* ResponseHeaders.add("idempotency-replayed", "true")
        return ok({ ...(yield* TaskView.ofTask(task)), prompt: order.request.prompt, remainingCredits })
      }).pipe(
        Effect.tapError((error) => ("taskId" in error && error.taskId ? noteTask(error.taskId) : Effect.void)),
        Effect.catchTags({
          NotAnImage: () => new Failures.UnsupportedImage(),
          TooManyPixels: () => new Failures.TooManyPixels({ limit: maxPixels }),
          InsufficientCredits: () => new Failures.InsufficientCredits(),
          TooManyTasks: ({ limit }) => tooManyTasks(limit),
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
    .handle("events", ({ headers, params }) =>
      TaskEvents.respond(params.id, headers["last-event-id"]).pipe(
        Effect.catchTag("QuotaUnavailable", () => quotaUnavailable)
      )
    )
    .handle("image", ({ params, request }) => ImageResponse.respond(params.id, request))
)
