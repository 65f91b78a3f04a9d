import type { IdempotencyKey } from "@scnmnt/core/IdempotencyKey"
import { Context, Effect, Layer, Predicate, Ref, Stream } from "effect"
import { HttpApiClient } from "effect/http-api"
import { Api } from "../api/Api.ts"
import * as Enhancement from "../api/Enhancement.ts"
import type { GenerateJson, Task, TaskEvent } from "../api/ImagesApi.ts"
import type { EnhanceJson } from "../api/PromptsApi.ts"
import type { AccountJson } from "../api/QuotaApi.ts"
import { LineCut } from "./LineCut.ts"
import * as Patience from "./Patience.ts"

export type Account = typeof AccountJson.Type.fingerprint
export type TaskId = typeof Task.Type.id

/** An order of a picture, the images that it is to start from, and the key that makes a repeat the same order. */
export interface Order {
  readonly form: typeof GenerateJson.Type
  readonly references: ReadonlyArray<File>
  readonly key: IdempotencyKey
}

/** What an app does with the service: every call goes over HTTP, by a client that is made of the API's own schema. */
export class Client extends Context.Service<Client>()("@scnmnt/server/client/Client", {
  make: Effect.fnUntraced(function* (baseUrl: string) {
    const { images, prompts, quota } = yield* HttpApiClient.make(Api, { baseUrl })

    /** A task's changes as one line brings them, which may be cut off at any time. */
    const line = (id: TaskId, seen: Ref.Ref<string | undefined>): ReturnType<typeof changes> =>
      Stream.unwrap(Effect.map(Ref.get(seen), (lastEventId) => changes(id, lastEventId))).pipe(
        Stream.tap((event) => (event === undefined ? Effect.void : Ref.set(seen, event.id))),
        // A line that died without a word is not told from a task at which nothing happens.
        Stream.timeoutOrElse({ duration: "2 minutes", orElse: () => line(id, seen) })
      )

    const changes = (id: TaskId, lastEventId: string | undefined) =>
      images
        .events({ params: { id }, headers: lastEventId === undefined ? {} : { "last-event-id": lastEventId } })
        .pipe(
          // Patience begins anew with every line, and not only with the news that it brings.
          Effect.map((events) => Stream.prepend(events ?? Stream.empty, [undefined])),
          Stream.unwrap,
          Stream.concat(Stream.fail(new LineCut()))
        )

    return {
      baseUrl,

      /** An account's credits. */
      credits: (fingerprint: Account) => Effect.map(quota.status({ payload: { fingerprint } }), dataOf),

      /** Has the day's credits granted. */
      checkIn: (fingerprint: Account) => Effect.map(quota.checkIn({ payload: { fingerprint } }), dataOf),

      /** A better prompt, token by token. */
      enhance: (payload: typeof EnhanceJson.Type) =>
        Stream.unwrap(Effect.map(prompts.enhance({ payload }), Enhancement.tokens)),

      /** Orders a picture; asks again, as one and the same order, where that can help. */
      order: ({ form, key, references }: Order) => {
        const headers = { "idempotency-key": key }
        return (
          references.length === 0
            ? images.generate({ headers, payload: form })
            : images.generate({ headers, payload: multipart(form, references) })
        ).pipe(Effect.map(dataOf), Effect.retry(Patience.schedule({ unreachable: "5 seconds", busy: "1 minute" })))
      },

      /** A task as it stands. */
      task: (id: TaskId) => Effect.map(images.task({ params: { id }, query: {} }), dataOf),

      /** A task as it stands and at every change, up to its end, over as many lines as that takes. */
      follow: (id: TaskId) =>
        Stream.unwrap(
          Effect.map(Ref.make<string | undefined>(undefined), (seen) =>
            line(id, seen).pipe(
              Stream.retry(Patience.schedule(steadfast)),
              Stream.filter(Predicate.isNotUndefined),
              Stream.map(dataOf),
              Stream.takeUntil(isOver)
            )
          )
        ),

      /** A task's image, and its media type. */
      image: Effect.fnUntraced(
        function* (id: TaskId) {
          const [bytes, { headers }] = yield* images.image({ params: { id }, responseMode: "decoded-and-response" })
          return { bytes: yield* Stream.mkUint8Array(bytes), type: headers["content-type"] ?? "" }
        },
        Effect.retry(Patience.schedule(steadfast))
      )
    }
  })
}) {
  static readonly layer = (baseUrl: string) => Layer.effect(Client, Client.make(baseUrl))
}

/** For what is paid for: as long as a server takes to be started again. */
const steadfast: Patience.Patience = { unreachable: "1 minute", busy: "1 minute" }

const dataOf = <Data>({ data }: { readonly data: Data }) => data

/** Whether a task has come to its end. */
export const isOver = ({ status }: typeof TaskEvent.Type.data) => status === "completed" || status === "failed"

const multipart = (form: Order["form"], references: Order["references"]) => {
  const data = new FormData()
  for (const [name, value] of Object.entries(form)) data.append(name, value)
  for (const file of references) data.append("image", file)
  return data
}
