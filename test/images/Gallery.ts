import { createServer, type RequestListener } from "node:http"
import { assert } from "@effect/vitest"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Context, Deferred, Effect, Layer } from "effect"
import { portOf } from "../Ports.ts"
import { imageSide } from "../e2e/support/Fixtures.ts"
import { complete, imagePath, newAccount } from "../e2e/support/Jobs.ts"
import type { Variables } from "../e2e/support/Process.ts"
import * as Service from "../e2e/support/Service.ts"

/** A storage on an origin of its own, which says and does at each of its paths what a test wants. */
export class Gallery extends Context.Service<
  Gallery,
  {
    readonly origin: string
    /** The requests for this path, the earliest first. */
    requests(path: string): ReadonlyArray<Visit>
    show(path: string, listener: RequestListener): void
  }
>()("test/images/Gallery") {}

/** A request that the storage got, and whether the line to its answer is closed. */
export interface Visit {
  readonly range: string | undefined
  readonly authorization: string | undefined
  readonly left: Deferred.Deferred<void>
}

const open = Effect.gen(function* () {
  const listeners = new Map<string, RequestListener>()
  const visits = new Map<string, ReadonlyArray<Visit>>()
  const server = createServer((request, response) => {
    const path = request.url ?? ""
    const { authorization, range } = request.headers
    const left = Deferred.makeUnsafe<void>()
    response.on("close", () => Deferred.doneUnsafe(left, Effect.void))
    visits.set(path, [...(visits.get(path) ?? []), { authorization, range, left }])
    listeners.get(path)?.(request, response)
  })
  const port = yield* Effect.acquireRelease(
    Effect.callback<number>((resume) => {
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(portOf(server))))
    }),
    () =>
      Effect.sync(() => {
        server.close()
        server.closeAllConnections()
      })
  )
  return Gallery.of({
    origin: `http://127.0.0.1:${port}`,
    requests: (path) => visits.get(path) ?? [],
    show: (path, listener) => void listeners.set(path, listener)
  })
})

/** The service, its upstream, whose tasks end at once, and the storage, whose origin the service is told of, and others. */
export const layer = (variables: Variables = {}, ...others: ReadonlyArray<string>) =>
  Layer.effectContext(
    Effect.gen(function* () {
      const gallery = yield* open
      const service = yield* Service.start(yield* Service.newStorePath, {
        CHATGPT2API_IMAGE_ORIGINS: [gallery.origin, ...others].join(", "),
        ...variables
      })
      return Context.make(Gallery, gallery).pipe(Context.add(Service.Service, service))
    })
  ).pipe(Layer.provideMerge(UpstreamSimulator.layer({ imageSide, queuedFor: 0, runsFor: 0 })))

/** The path of the image of a completed task of which the upstream says this. */
export const taskOf = Effect.fnUntraced(function* (data: Fault.Fate["data"]) {
  const { play } = yield* UpstreamSimulator
  yield* play(Fault.fate({ data }))
  const { id, status } = yield* complete({ fingerprint: yield* newAccount })
  assert.strictEqual(status, "completed")
  return imagePath(id)
})

/** The path of the image of a task that is in the storage, where this answers. */
export const shown = Effect.fnUntraced(function* (listener: RequestListener) {
  const { origin, show } = yield* Gallery
  const at = `/${++paintings}.png`
  show(at, listener)
  return { path: yield* taskOf(() => [{ url: origin + at }]), at }
})
let paintings = 0

/** The path of the image of a task that came as base64. */
export const inline = (bytes: Uint8Array) => taskOf(() => [{ b64_json: Buffer.from(bytes).toString("base64") }])
