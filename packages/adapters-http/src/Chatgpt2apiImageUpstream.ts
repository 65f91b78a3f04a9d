import type { ImageRequest } from "@scnmnt/core/ImageRequest"
import { ImageUpstream, type SubmitError } from "@scnmnt/core/ports/ImageUpstream"
import type { TaskId } from "@scnmnt/core/TaskId"
import { type Duration, Effect, Layer, Option, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { HttpBody, HttpClientRequest } from "effect/http"
import * as Chatgpt2apiClient from "./Chatgpt2apiClient.ts"
import { type Chatgpt2apiEndpoint, taskUrl } from "./Chatgpt2apiEndpoint.ts"
import { submitErrorOfAnswer, submitErrorOfFailure, unknownOutcome } from "./Chatgpt2apiErrors.ts"
import * as Chatgpt2apiLookUps from "./Chatgpt2apiLookUps.ts"
import * as Chatgpt2apiTask from "./Chatgpt2apiTask.ts"
import * as MultipartFormData from "./MultipartFormData.ts"
import * as UpstreamCalls from "./UpstreamCalls.ts"
import * as UpstreamLog from "./UpstreamLog.ts"

export interface Options {
  readonly endpoint: Chatgpt2apiEndpoint
  /** The image model, such as `gpt-image-2`. */
  readonly model: string
  /** For a submission, its upload included: 60 seconds unless told. */
  readonly submitTimeout?: Duration.Input
  /** For one request that looks tasks up: 10 seconds unless told. */
  readonly lookUpTimeout?: Duration.Input
}

/** ImageUpstream on the task API of chatgpt2api. */
export const layer = (options: Options) => Layer.effect(ImageUpstream, make(options))

const make = Effect.fnUntraced(function* (options: Options) {
  const client = yield* Chatgpt2apiClient.make(options.endpoint)
  const submission = yield* submissionTo(options)
  const log = UpstreamLog.make("submit")
  const logTask = yield* UpstreamLog.ofTasks
  const lookUp = yield* Chatgpt2apiLookUps.make({
    client,
    log: UpstreamLog.make("look-up"),
    logTask,
    endpoint: options.endpoint,
    timeout: options.lookUpTimeout ?? "10 seconds"
  })

  return ImageUpstream.of({
    submit: Effect.fnUntraced(
      function* (id, request) {
        const answer = yield* client
          .send(yield* submission(id, request), options.submitTimeout ?? "60 seconds")
          .pipe(Effect.tapError(log.failure), Effect.mapError(submitErrorOfFailure))
        yield* log.answer(answer)
        if (answer.status < 200 || answer.status >= 300) {
          return yield* submitErrorOfAnswer(answer)
        }
        const read = Option.flatMap(decodeJson(answer.text), Chatgpt2apiTask.read)
        if (Option.isNone(read) || read.value.id !== id) {
          return yield* unknownOutcome
        }
        yield* logTask(read.value)
        return read.value.task
      },
      UpstreamCalls.observed("submit", outcomeOf)
    ),
    lookUp
  })
})

const outcomeOf = ({ reason }: SubmitError): UpstreamCalls.Outcome => {
  switch (reason._tag) {
    case "Rejected":
      return "rejected"
    case "Unavailable":
      return "unavailable"
    case "UnknownOutcome":
      return "unknown"
  }
}

const submissionTo = ({ endpoint, model }: Options) =>
  Effect.map(SecureRandom.SecureRandom, ({ uuidV4 }) => {
    const generations = HttpClientRequest.post(taskUrl(endpoint, "/generations"))
    const edits = HttpClientRequest.post(taskUrl(endpoint, "/edits"))
    return (id: TaskId, { prompt, references, size }: ImageRequest) => {
      const fields = { client_task_id: id, prompt, model, size }
      if (references.length === 0) {
        return Effect.succeed(HttpClientRequest.setBody(generations, HttpBody.jsonUnsafe(fields)))
      }
      const files = references.map(({ name, ...image }) => ({ field: "image", fileName: name, ...image }))
      return Effect.map(uuidV4(), (uuid) =>
        HttpClientRequest.setBody(edits, MultipartFormData.encode(`scnmnt-${uuid}`, fields, files))
      )
    }
  })

const decodeJson = Schema.decodeOption(Schema.fromJsonString(Schema.Unknown))
