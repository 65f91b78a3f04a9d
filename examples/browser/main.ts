// A page's script: a client made of the API's definition alone, over the browser's own fetch.
import { Fingerprint } from "@scnmnt/core/Fingerprint"
import { Prompt } from "@scnmnt/core/Prompt"
import { Api } from "@scnmnt/server/api/Api"
import * as Enhancement from "@scnmnt/server/api/Enhancement"
import { Console, Effect, Stream } from "effect"
import { FetchHttpClient } from "effect/http"
import { HttpApiClient } from "effect/http-api"

const fingerprint = Fingerprint.make("a-visitor-of-the-page")

const program = Effect.gen(function* () {
  const { images, prompts, quota } = yield* HttpApiClient.make(Api, { baseUrl: location.origin })

  const { data: credits } = yield* quota.checkIn({ payload: { fingerprint } })
  yield* Console.log(`${credits.balance} credits`)

  const wish = { prompt: Prompt.make("a red fox"), direction: "details" as const }
  const better = yield* Stream.mkString(Enhancement.tokens(yield* prompts.enhance({ payload: wish })))
  yield* Console.log(`The prompt: ${better}`)

  const order = { prompt: Prompt.make(better), size: "16:9" as const, fingerprint }
  const { data: task } = yield* images.generate({ payload: order, headers: {} })
  yield* Console.log(`Ordered, ${task.remainingCredits} credits left`)

  const { data: ended } = yield* images.task({ params: { id: task.id }, query: { wait: 55 } })
  yield* Console.log(`The picture: ${"image" in ended ? ended.image : ended.error}`)
}).pipe(
  Effect.catchTag("InsufficientCredits", ({ message }) => Console.log(message)),
  Effect.tapCause(Console.error),
  Effect.provide(FetchHttpClient.layer)
)

Effect.runFork(program)
