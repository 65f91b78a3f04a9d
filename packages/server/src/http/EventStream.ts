import { Effect, Metric, Queue, Stream } from "effect"
import { HttpServerResponse } from "effect/http"
import { Shutdown } from "../Shutdown.ts"
import * as Streams from "../telemetry/Streams.ts"
import { Heartbeat } from "./Heartbeat.ts"

/**
 * A `text/event-stream` (WHATWG HTML, section 9.2) of ready-made events, each a frame of its own as soon as it is there.
 * Comments in between keep proxies from taking it for dead; they cut quiet connections after 60 to 100 seconds.
 *
 * The server holds thousands of these at once, so that a stream has one fiber that writes to one queue. Composed of
 * `Stream.merge` and `Stream.interruptWhen` it had five, and a thousand of them took 60 MB.
 */
export const respond = Effect.fnUntraced(function* (
  events: Stream.Stream<string>,
  { kind, endsAtShutdown }: { readonly kind: Streams.Kind; readonly endsAtShutdown: boolean }
) {
  const { onBeat } = yield* Heartbeat
  const { onBegin } = yield* Shutdown
  const registry = yield* Metric.MetricRegistry
  const body = Stream.callback<Uint8Array>(
    Effect.fnUntraced(function* (queue) {
      yield* Streams.opened(kind)
      // Node holds the headers back until there is something to send.
      yield* Queue.offer(queue, open)
      // Who does not read what there is gets no comments on top of it: the queue takes no more than it has room for.
      yield* onBeat(() => Queue.offerUnsafe(queue, stillHere))
      if (endsAtShutdown) yield* onBegin(() => Queue.endUnsafe(queue))
      yield* Stream.runForEach(events, (event) => Queue.offer(queue, utf8.encode(event)))
      yield* Queue.end(queue)
    }),
    { bufferSize: 16 }
    // The body is read where the request's own context has ended.
  ).pipe(Stream.provideService(Metric.MetricRegistry, registry))
  return HttpServerResponse.stream(body, { contentType: "text/event-stream", headers })
})

const utf8 = new TextEncoder()
const open = utf8.encode(": open\n\n")
const stillHere = utf8.encode(": still here\n\n")

/** Proxies are to hold nothing back; the second is nginx' word for that. */
const headers = { "cache-control": "no-cache", "x-accel-buffering": "no" }
