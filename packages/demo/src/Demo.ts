import { IdempotencyKey } from "@scnmnt/core/IdempotencyKey"
import { AccountJson } from "@scnmnt/server/api/QuotaApi"
import type { GenerateJson } from "@scnmnt/server/api/ImagesApi"
import { EnhanceJson } from "@scnmnt/server/api/PromptsApi"
import * as Picture from "@scnmnt/server/cli/Picture"
import * as Interruption from "@scnmnt/server/cli/Interruption"
import * as ProgressBar from "@scnmnt/server/cli/ProgressBar"
import * as References from "@scnmnt/server/cli/References"
import { Screen } from "@scnmnt/server/cli/Screen"
import * as TaskReport from "@scnmnt/server/cli/TaskReport"
import { counted } from "@scnmnt/server/cli/Session"
import { type Account, Client } from "@scnmnt/server/client/Client"
import { Listening } from "@scnmnt/server/Listening"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Clock, Effect, Layer, Option, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { FetchHttpClient } from "effect/http"
import * as PngSize from "./PngSize.ts"
import { Story } from "./Story.ts"
import * as Stage from "./Stage.ts"
import { step, StepFailed } from "./StepFailed.ts"

type Prompt = typeof EnhanceJson.Type.prompt

/** What somebody wants a picture of. */
export interface Wish {
  readonly prompt: Prompt
  readonly size: NonNullable<typeof GenerateJson.Type.size>
  readonly references: ReadonlyArray<File>
}

/** The same from the command line, with the paths of the references. */
export interface Options extends Omit<Wish, "references"> {
  readonly references: ReadonlyArray<string>
  readonly port: Option.Option<number>
  readonly once: boolean
}

/** The whole job on a stage of its own. */
export const run = Effect.fnUntraced(function* ({ once, port, references, ...wish }: Options) {
  const wanted = { ...wish, references: yield* References.read(references) }
  const client = Layer.unwrap(Listening.useSync(({ url }) => Client.layer(url)))
  const stage = client.pipe(Layer.provideMerge(Stage.layer(port)), Layer.provide(FetchHttpClient.layer))
  const story = Story.layer.pipe(Layer.provideMerge(Screen.layer("stdout")))
  yield* show(wanted, once).pipe(Effect.provide([stage, story, SecureRandom.layerWebCrypto]))
}, Interruption.isItsEnd)

/** Told as it happens: credits, a better prompt, the picture. Unless `once`, the server then stays up. */
const show = Effect.fnUntraced(
  function* (wish: Wish, once: boolean) {
    yield* introduce
    const account = yield* checkIn
    const prompt = yield* improve(wish.prompt)
    const taskId = yield* paint(wish, prompt, account)
    yield* once ? closing : stayUp(wish, account, taskId)
  },
  Effect.onInterrupt(() => Story.use(({ line }) => line("\nStopped.")))
)

const introduce = Effect.gen(function* () {
  const { line, row, styled } = yield* Story
  const { baseUrl } = yield* Client
  const { url } = yield* UpstreamSimulator
  yield* line(`${styled("bold", "scnmnt demo")}: no account needed, nothing is paid`)
  yield* line()
  yield* row("server", `${baseUrl}, the real one, with its books in ${Stage.folder}/quota.db`)
  yield* row("upstream", `${url}, a simulator that plays the image service`)
})

/** The everyday account, as long as it has credits left; a newcomer's demo is not to end on the eleventh run of a day. */
const checkIn = Effect.gen(function* () {
  const { heading, row } = yield* Story
  const { checkIn, credits } = yield* Client
  yield* heading("Credits")
  const { balance, signedToday } = yield* credits(everyday).pipe(step("ask for the credits"))
  if (signedToday && balance > 0) {
    yield* row("account", everyday)
    yield* row("check-in", `already had today: ${counted(balance)}`)
    return everyday
  }
  const account = signedToday ? yield* newAccount : everyday
  const before = yield* credits(account).pipe(step("ask for the credits"))
  const after = yield* checkIn(account).pipe(step("check in"))
  yield* row("account", signedToday ? `${account}, since ${everyday} has spent all of today's` : account)
  yield* row("check-in", `${before.balance} → ${counted(after.balance)}`)
  return account
})

const improve = Effect.fnUntraced(function* (prompt: Prompt) {
  const { flow, heading, row } = yield* Story
  const { enhance } = yield* Client
  yield* heading("Prompt")
  yield* row("yours", prompt)
  const improved = yield* flow("improved", enhance({ prompt, direction: "details" })).pipe(step("improve the prompt"))
  return yield* decodePrompt(improved).pipe(step("read the improved prompt"))
})

const paint = Effect.fnUntraced(function* ({ references, size, ...wish }: Wish, prompt: Prompt, fingerprint: Account) {
  const { heading, row, styled } = yield* Story
  const client = yield* Client
  yield* heading("Picture")
  const startedAt = yield* Clock.currentTimeMillis
  const order = { form: { prompt, size, fingerprint }, references, key: IdempotencyKey.make(`demo-${startedAt}`) }
  const { id } = yield* client.order(order).pipe(step("order the picture"))
  yield* row("task", `${id}, ${size}${from(references)}, for 1 credit`)
  const end = yield* ProgressBar.show(client.follow(id)).pipe(step("ask how the picture comes on"))
  const task = TaskReport.atEnd(id, end)
  if (task.status !== "completed") {
    return yield* new StepFailed({ step: "make the picture", why: task.error ?? "the task failed" })
  }
  const image = yield* client.image(id).pipe(step("fetch the picture"))
  const place = `${Stage.folder}/${Picture.nameOf(wish.prompt, id)}.png`
  yield* Picture.keep({ taskId: id, ...image }, { output: Option.some(place), force: true })
  const seconds = ((yield* Clock.currentTimeMillis) - startedAt) / 1000
  const { height, width } = PngSize.of(image.bytes)
  yield* row("saved as", styled("green", place))
  yield* row("", `${width} × ${height} pixels, ${Math.ceil(image.bytes.length / 1000)} kB, in ${seconds.toFixed(1)} s`)
  const { balance } = yield* client.credits(fingerprint).pipe(step("ask for the credits"))
  yield* row("credits", `${balance} left`)
  return id
})

const closing = Effect.gen(function* () {
  const { line, styled } = yield* Story
  yield* line(styled("dim", "\nRun it without --once and the server stays up, to be tried with curl."))
})

const stayUp = Effect.fnUntraced(function* ({ size }: Wish, fingerprint: Account, taskId: string) {
  const { heading, line, row, styled } = yield* Story
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

const from = (references: ReadonlyArray<File>) =>
  references.length === 0 ? "" : `, starting from ${references.map(({ name }) => name).join(", ")}`
