import { Api } from "@scnmnt/server/api/Api"
import * as Enhancement from "@scnmnt/server/api/Enhancement"
import type { AccountJson } from "@scnmnt/server/api/QuotaApi"
import type { GenerateJson, Task } from "@scnmnt/server/api/ImagesApi"
import type { EnhanceJson } from "@scnmnt/server/api/PromptsApi"
import { Listening } from "@scnmnt/server/Listening"
import { Bytes, Context, Effect, Layer, Schedule, Stream } from "effect"
import { HttpApiClient } from "effect/http-api"
import { step, StepFailed } from "./StepFailed.ts"

export type Account = typeof AccountJson.Type.fingerprint
export type Prompt = typeof EnhanceJson.Type.prompt
export type TaskId = typeof Task.Type.id

/** An order of a picture, and the images that it is to start from. */
export interface Order {
  readonly form: typeof GenerateJson.Type
  readonly references: ReadonlyArray<File>
}

/** What an app does with the service: every call goes over HTTP, by a client that is made of the API's own schema. */
export class Client extends Context.Service<Client>()("@scnmnt/demo/Client", {
  make: Effect.gen(function* () {
    const { url: baseUrl } = yield* Listening
    const { images, prompts, quota } = yield* HttpApiClient.make(Api, { baseUrl })

    const task = (id: TaskId) => Effect.map(images.task({ params: { id }, query: {} }), ({ data }) => data)

    return {
      baseUrl,

      credits: (fingerprint: Account) =>
        quota.status({ payload: { fingerprint } }).pipe(
          Effect.map(({ data }) => data),
          step("ask for the credits")
        ),

      checkIn: (fingerprint: Account) =>
        quota.checkIn({ payload: { fingerprint } }).pipe(
          Effect.map(({ data }) => data),
          step("check in")
        ),

      /** A better prompt, token by token. */
      enhance: (prompt: Prompt) =>
        prompts.enhance({ payload: { prompt, direction: "details" } }).pipe(
          Effect.map(Enhancement.tokens),
          Stream.unwrap,
          Stream.mapError((cause) => StepFailed.because("improve the prompt", cause))
        ),

      order: ({ form, references }: Order) =>
        (references.length === 0
          ? images.generate({ headers: {}, payload: form })
          : images.generate({ headers: {}, payload: multipart(form, references) })
        ).pipe(
          Effect.map(({ data }) => data),
          step("order the picture")
        ),

      /** How a task stands, several times a second, up to its end. */
      follow: (id: TaskId) =>
        Stream.fromEffectSchedule(task(id), Schedule.spaced("100 millis")).pipe(
          Stream.takeUntil(({ status }) => status === "completed" || status === "failed"),
          Stream.mapError((cause) => StepFailed.because("ask how the picture comes on", cause))
        ),

      image: (id: TaskId) =>
        images
          .image({ params: { id } })
          .pipe(Effect.flatMap(Stream.runCollect), Effect.map(Bytes.concat), step("fetch the picture"))
    }
  })
}) {
  static readonly layer = Layer.effect(Client, Client.make)
}

const multipart = (form: Order["form"], references: Order["references"]) => {
  const data = new FormData()
  for (const [name, value] of Object.entries(form)) data.append(name, value)
  for (const file of references) data.append("image", file)
  return data
}
