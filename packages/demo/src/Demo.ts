import { AccountJson } from "@scnmnt/server/api/QuotaApi"
import type { GenerateJson } from "@scnmnt/server/api/ImagesApi"
import { EnhanceJson } from "@scnmnt/server/api/PromptsApi"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Clock, Effect, Schema } from "effect"
import { type Account, Client, type Prompt } from "./Client.ts"
import * as Picture from "./Picture.ts"
import * as ProgressBar from "./ProgressBar.ts"
import { Screen } from "./Screen.ts"
import * as Stage from "./Stage.ts"
import { step, StepFailed } from "./StepFailed.ts"

/** What somebody wants a picture of. */
export interface Wish {
  readonly prompt: Prompt
  readonly size: NonNullable<typeof GenerateJson.Type.size>
  readonly references: ReadonlyArray<File>
}

/** The whole job, told as it happens: credits, a better prompt, the picture. Unless `once`, the server then stays up. */
export const show = Effect.fnUntraced(
  function* (wish: Wish, once: boolean) {
    yield* introduce
    const account = yield* checkIn
    const prompt = yield* improve(wish.prompt)
    const taskId = yield* paint(wish, prompt, account)
    yield* once ? closing : stayUp(wish, account, taskId)
  },
  Effect.onInterrupt(() => Screen.use(({ line }) => line("\nStopped.")))
)

const introduce = Effect.gen(function* () {
  const { line, row, styled } = yield* Screen
  const { baseUrl } = yield* Client
  const { url } = yield* UpstreamSimulator
  yield* line(`${styled("bold", "scnmnt demo")}: no account needed, nothing is paid`)
  yield* line()
  yield* row("server", `${baseUrl}, the real one, with its books in ${Stage.folder}/quota.db`)
  yield* row("upstream", `${url}, a simulator that plays the image service`)
})

/** The everyday account, as long as it has credits left; a newcomer's demo is not to end on the eleventh run of a day. */
const checkIn = Effect.gen(function* () {
  const { heading, row } = yield* Screen
  const { checkIn, credits } = yield* Client
  yield* heading("Credits")
  const { balance, signedToday } = yield* credits(everyday)
  if (signedToday && balance > 0) {
    yield* row("account", everyday)
    yield* row("check-in", `already had today: ${counted(balance)}`)
    return everyday
  }
  const account = signedToday ? yield* newAccount : everyday
  const before = yield* credits(account)
  const after = yield* checkIn(account)
  yield* row("account", signedToday ? `${account}, since ${everyday} has spent all of today's` : account)
  yield* row("check-in", `${before.balance} → ${counted(after.balance)}`)
  return account
})

const improve = Effect.fnUntraced(function* (prompt: Prompt) {
  const { flow, heading, row } = yield* Screen
  const { enhance } = yield* Client
  yield* heading("Prompt")
  yield* row("yours", prompt)
  const improved = yield* flow("improved", enhance(prompt))
  return yield* decodePrompt(improved).pipe(step("read the improved prompt"))
})

const paint = Effect.fnUntraced(function* ({ references, size, ...wish }: Wish, prompt: Prompt, fingerprint: Account) {
  const { heading, row, styled } = yield* Screen
  const { credits, follow, image, order } = yield* Client
  yield* heading("Picture")
  const startedAt = yield* Clock.currentTimeMillis
  const { id } = yield* order({ form: { prompt, size, fingerprint }, references })
  yield* row("task", `${id}, ${size}${from(references)}, for 1 credit`)
  const last = yield* ProgressBar.show(follow(id))
  if (last?.status !== "completed") {
    return yield* new StepFailed({ step: "make the picture", why: last?.error ?? "the task has no end" })
  }
  const { bytes, height, path, width } = yield* Picture.save(Stage.folder, wish.prompt, id, yield* image(id))
  const seconds = ((yield* Clock.currentTimeMillis) - startedAt) / 1000
  yield* row("saved as", styled("green", path))
  yield* row("", `${width} × ${height} pixels, ${Math.ceil(bytes / 1000)} kB, in ${seconds.toFixed(1)} s`)
  yield* row("credits", `${(yield* credits(fingerprint)).balance} left`)
  return id
})

const closing = Effect.gen(function* () {
  const { line, styled } = yield* Screen
  yield* line(styled("dim", "\nRun it without --once and the server stays up, to be tried with curl."))
})

const stayUp = Effect.fnUntraced(function* ({ size }: Wish, fingerprint: Account, taskId: string) {
  const { heading, line, row, styled } = yield* Screen
  const { baseUrl } = yield* Client
  yield* heading("The server stays up")
  yield* row("the API", `${baseUrl}/docs`)
  yield* row("the picture", `${baseUrl}/api/images/tasks/${taskId}/image`)
  yield* row("another one", `curl ${baseUrl}/api/images/generate -H 'content-type: application/json' \\`)
  yield* row("", `  -d '${JSON.stringify({ prompt: "a red fox in the snow", size, fingerprint })}'`)
  yield* row("its status", `curl ${baseUrl}/api/images/tasks/<id>`)
  yield* line(styled("dim", "\nPress Ctrl-C to stop."))
  return yield* Effect.never
})

const everyday = AccountJson.fields.fingerprint.make("demo-account")
const newAccount = Effect.map(Clock.currentTimeMillis, (now) =>
  AccountJson.fields.fingerprint.make(`demo-${now.toString(36)}`)
)

const decodePrompt = Schema.decodeEffect(EnhanceJson.fields.prompt)

const counted = (credits: number) => `${credits} credit${credits === 1 ? "" : "s"}`

const from = (references: ReadonlyArray<File>) =>
  references.length === 0 ? "" : `, starting from ${references.map(({ name }) => name).join(", ")}`
