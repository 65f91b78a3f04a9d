import { UpstreamSimulator, type Options } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import * as Chatgpt2apiImageUpstream from "@scnmnt/adapters-http/Chatgpt2apiImageUpstream"
import type { Chatgpt2apiEndpoint } from "@scnmnt/adapters-http/Chatgpt2apiEndpoint"
import * as HttpImageSource from "@scnmnt/adapters-http/HttpImageSource"
import * as NodeUpstreamHttpClient from "@scnmnt/adapters-http/NodeUpstreamHttpClient"
import * as OpenaiPromptModel from "@scnmnt/adapters-http/OpenaiPromptModel"
import type { ImageRequest } from "@scnmnt/core/ImageRequest"
import { Prompt } from "@scnmnt/core/Prompt"
import type { ReferenceImage } from "@scnmnt/core/ReferenceImage"
import { TaskId } from "@scnmnt/core/TaskId"
import { createServer, type RequestListener } from "node:http"
import { Effect, Layer, Redacted, Stream } from "effect"
import { SecureRandom } from "effect/crypto"
import { portOf } from "../../../test/Ports.ts"

/** The `index`th of many ids. */
export const taskId = (index: number) => TaskId.make(`00000000-0000-4000-8000-${String(index).padStart(12, "0")}`)

export const generation: ImageRequest = { prompt: Prompt.make("a red fox"), size: "16:9", references: [] }

export const reference = (
  name: string,
  bytes: Uint8Array,
  type: ReferenceImage["type"] = "image/png"
): ReferenceImage => ({
  name,
  type,
  size: bytes.length,
  content: Stream.fromIterable(bytes).pipe(
    Stream.rechunk(7),
    Stream.chunks,
    Stream.map((chunk) => Uint8Array.from(chunk))
  )
})

export const endpoint = (url: string, apiKey = "simulator-key"): Chatgpt2apiEndpoint => ({
  root: new URL(`${url}/`),
  apiKey: Redacted.make(apiKey)
})

type Limits = Pick<Chatgpt2apiImageUpstream.Options, "submitTimeout" | "lookUpTimeout"> &
  Pick<HttpImageSource.Options, "furtherOrigins" | "headersTimeout"> &
  Pick<OpenaiPromptModel.Options, "firstTokenTimeout">

/** All three adapters on one client, against what stands at this URL. */
export const adapters = (url: string, limits: Limits = {}) => {
  const to = endpoint(url)
  return Layer.mergeAll(
    Chatgpt2apiImageUpstream.layer({ endpoint: to, model: "gpt-image-2", ...limits }),
    HttpImageSource.layer({ endpoint: to, ...limits }).pipe(Layer.orDie),
    OpenaiPromptModel.layer({ endpoint: to, model: "gpt-5.5", ...limits })
  ).pipe(Layer.provide(NodeUpstreamHttpClient.layer), Layer.provide(SecureRandom.layerWebCrypto))
}

/** The adapters against a simulator of their own. */
export const simulated = (limits: Limits = {}, options: Options = {}) =>
  Layer.unwrap(Effect.map(UpstreamSimulator, ({ url }) => adapters(url, limits))).pipe(
    Layer.provideMerge(UpstreamSimulator.layer(options))
  )

/** The URL of a server that answers like this, for as long as the scope. */
export const serve = (listener: RequestListener) =>
  Effect.acquireRelease(
    Effect.callback<ReturnType<typeof createServer>>((resume) => {
      const server = createServer(listener)
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) =>
      Effect.sync(() => {
        server.close()
        server.closeAllConnections()
      })
  ).pipe(Effect.map((server) => `http://127.0.0.1:${portOf(server)}`))
