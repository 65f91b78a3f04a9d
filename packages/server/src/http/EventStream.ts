import { Effect, Stream } from "effect"
import { HttpServerResponse } from "effect/http"
import { Heartbeat } from "./Heartbeat.ts"

/**
 * A `text/event-stream` (WHATWG HTML, section 9.2) of ready-made events, each a frame of its own as soon as it is there.
 * Comments in between keep proxies from taking it for dead; they cut quiet connections after 60 to 100 seconds.
 */
export const respond = Effect.fnUntraced(function* (events: Stream.Stream<string>) {
  const { beats } = yield* Heartbeat
  const body = events.pipe(
    Stream.merge(
      Stream.map(beats, () => ": still here\n\n"),
      { haltStrategy: "left" }
    ),
    // Node holds the headers back until there is something to send.
    Stream.prepend([": open\n\n"]),
    Stream.encodeText
  )
  return HttpServerResponse.stream(body, { contentType: "text/event-stream", headers })
})

/** Proxies are to hold nothing back; the second is nginx' word for that. */
const headers = { "cache-control": "no-cache", "x-accel-buffering": "no" }
