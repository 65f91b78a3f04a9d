import { Effect, Schema } from "effect"
import { type Answer, eventually, formOf, post, request } from "./Client.ts"

/** An account that has checked in: it has 10 credits. */
export const newAccount = Effect.gen(function* () {
  const fingerprint = `account-${String(++accounts).padStart(4, "0")}`
  yield* post("/api/quota/check-in", { fingerprint })
  return fingerprint
})
let accounts = 0

export const balanceOf = Effect.fnUntraced(function* (fingerprint: string) {
  const { data } = yield* decodeQuota(yield* post("/api/quota/status", { fingerprint }))
  return data.balance
})

export interface Job {
  readonly fingerprint: string
  readonly prompt?: string
  readonly size?: string
}

/** Orders a picture in words. */
export const generate = (job: Job, headers: Readonly<Record<string, string>> = {}) =>
  post("/api/images/generate", { prompt: "a red fox", ...job }, headers)

/** Orders a picture with a form, which can bring files. */
export const generateByForm = (
  job: Job,
  files: ReadonlyArray<File> = [],
  headers: Readonly<Record<string, string>> = {}
) => request("/api/images/generate", { method: "POST", body: formOf({ prompt: "a red fox", ...job }, files), headers })

/** The id of the task that an order led to. */
export const taskIdOf = (answer: Answer) => Effect.map(decodeTask(answer), ({ data }) => data.id)

export const taskOf = Effect.fnUntraced(function* (id: string) {
  const { data } = yield* decodeTask(yield* request(`/api/images/tasks/${id}`))
  return data
})

/** The task of this id once it has ended. */
export const follow = (id: string) =>
  eventually(taskOf(id), ({ status }) => status === "completed" || status === "failed")

/** Orders a picture and follows its task to the end. */
export const complete = Effect.fnUntraced(function* (job: Job) {
  return yield* follow(yield* taskIdOf(yield* generate(job)))
})

export const imagePath = (id: string) => `/api/images/tasks/${id}/image`

const Success = <Data extends Schema.Top>(data: Data) =>
  Schema.Struct({ code: Schema.Literal(0), message: Schema.Literal("ok"), data })

const Task = Schema.Struct({
  id: Schema.String,
  status: Schema.String,
  mode: Schema.optionalKey(Schema.String),
  size: Schema.optionalKey(Schema.String),
  prompt: Schema.optionalKey(Schema.String),
  remainingCredits: Schema.optionalKey(Schema.Int),
  image: Schema.optionalKey(Schema.String),
  error: Schema.optionalKey(Schema.String),
  revisedPrompt: Schema.optionalKey(Schema.String),
  progress: Schema.optionalKey(Schema.String),
  refunded: Schema.optionalKey(Schema.Boolean),
  createdAt: Schema.optionalKey(Schema.String),
  updatedAt: Schema.optionalKey(Schema.String)
})

const decodeTask = ({ text }: Answer) => Schema.decodeEffect(Schema.fromJsonString(Success(Task)))(text)

const Quota = Schema.Struct({
  balance: Schema.Int,
  signedToday: Schema.Boolean,
  cap: Schema.Int,
  dailyGrant: Schema.Int
})

const decodeQuota = ({ text }: Answer) => Schema.decodeEffect(Schema.fromJsonString(Success(Quota)))(text)
