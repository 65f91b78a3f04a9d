import { Data, Effect, Schema } from "effect"

const Task = Schema.Struct({
  id: Schema.String,
  status: Schema.Literals(["queued", "running", "completed", "failed"]),
  error: Schema.optionalKey(Schema.String),
  refunded: Schema.optionalKey(Schema.Boolean)
})
export type Task = typeof Task.Type

const Refusal = Schema.Struct({ code: Schema.Int, error: Schema.String, taskId: Schema.optionalKey(Schema.String) })

/** No answer, or one that was cut off: the server may have done all, something or nothing. */
export class NoAnswer extends Data.TaggedError("NoAnswer")<{ readonly cause: unknown }> {}

/** The server said no, in its own words. */
export class Refused extends Data.TaggedError("Refused")<typeof Refusal.Type> {}

export interface Order {
  readonly account: string
  readonly prompt: string
  readonly key?: string
  /** A reference image. */
  readonly image?: Blob
}

/** Orders a picture. */
export const order = Effect.fnUntraced(function* (url: string, order: Order) {
  const { body, headers } = yield* call(`${url}/api/images/generate`, {
    method: "POST",
    ...(order.image === undefined ? asJson(order) : asForm(order, order.image))
  })
  const { data: task } = yield* decodeTask(body)
  return { task, replayed: headers.get("idempotency-replayed") === "true" }
})

const asJson = ({ account, prompt, ...order }: Order) => ({
  headers: { "content-type": "application/json", ...keyOf(order) },
  body: JSON.stringify({ prompt, size: "1:1", fingerprint: account })
})

const asForm = ({ account, prompt, ...order }: Order, image: Blob) => {
  const body = new FormData()
  body.set("prompt", prompt)
  body.set("fingerprint", account)
  body.set("image", image, "fox.png")
  return { headers: keyOf(order), body }
}

const keyOf = ({ key }: Pick<Order, "key">): Record<string, string> =>
  key === undefined ? {} : { "idempotency-key": key }

/** A task as it stands. */
export const taskOf = Effect.fnUntraced(function* (url: string, id: string) {
  const { body } = yield* call(`${url}/api/images/tasks/${id}`)
  return (yield* decodeTask(body)).data
})

/** Has the day's credits granted. */
export const checkIn = (url: string, account: string) => quota(url, "check-in", account)

/** The credits that an account has left. */
export const balanceOf = (url: string, account: string) => quota(url, "status", account)

const quota = Effect.fnUntraced(function* (url: string, what: string, fingerprint: string) {
  const { body } = yield* call(`${url}/api/quota/${what}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ fingerprint })
  })
  return (yield* decodeQuota(body)).data.balance
})

const call = Effect.fnUntraced(function* (url: string, init: RequestInit = {}) {
  const { body, headers, status } = yield* Effect.tryPromise({
    try: async (signal) => {
      const response = await fetch(url, { ...init, signal })
      return { status: response.status, headers: response.headers, body: await response.text() }
    },
    catch: (cause) => new NoAnswer({ cause })
  })
  if (status !== 200) {
    return yield* new Refused(yield* decodeRefusal(body))
  }
  return { body, headers }
})

const fromJson = <A>(schema: Schema.Decoder<A>) => {
  const decode = Schema.decodeEffect(Schema.fromJsonString(schema))
  return (body: string) => Effect.orDie(decode(body))
}
const decodeTask = fromJson(Schema.Struct({ code: Schema.Literal(0), data: Task }))
const decodeQuota = fromJson(Schema.Struct({ code: Schema.Literal(0), data: Schema.Struct({ balance: Schema.Int }) }))
const decodeRefusal = fromJson(Refusal)
