import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { type Cause, Deferred, Effect, Queue, Stream } from "effect"
import { HttpServerResponse } from "effect/http"

/** A frame of the upstream's as it really looks. */
export const frame = (delta: unknown, finishReason: string | null = null) =>
  `data: ${JSON.stringify({
    id: "chatcmpl-7f3c2a91",
    object: "chat.completion.chunk",
    created: 1785200000,
    model: "gpt-5.5",
    choices: [{ index: 0, delta, finish_reason: finishReason }]
  })}\n\n`

export const token = (content: string) => frame({ content })

/** What the next chat is answered with, in these chunks. */
export const answer = (chunks: Stream.Stream<string>, contentType = "text/event-stream; charset=utf-8") =>
  UpstreamSimulator.use(({ play }) =>
    play(
      Fault.reply(HttpServerResponse.stream(Stream.encodeText(chunks), { contentType }), { on: "chat", accepts: false })
    )
  )

/** The next chat is answered with what is said here, as soon as it is said: not even the headers come before. */
export const speaker = Effect.gen(function* () {
  const said = yield* Queue.unbounded<string, Cause.Done>()
  yield* answer(Stream.fromQueue(said))
  return { say: (text: string) => Queue.offer(said, text), end: Queue.end(said) }
})

/** The next chat is refused with this status, when it is told to be. */
export const refusal = Effect.fnUntraced(function* (status: number) {
  const { play } = yield* UpstreamSimulator
  const told = yield* Deferred.make<string>()
  const body = Stream.encodeText(Stream.fromEffect(Deferred.await(told)))
  const response = HttpServerResponse.stream(body, { status, contentType: "application/json" })
  yield* play(Fault.reply(response, { on: "chat", accepts: false }))
  return { refuse: Deferred.succeed(told, `{"error": {"message": "upstream error", "type": "server_error"}}`) }
})

/** Until the upstream has been asked for a chat. */
export const asked = UpstreamSimulator.use(({ awaitRequest }) => awaitRequest(({ call }) => call === "chat"))

/** Until the upstream has seen that its reader left. */
export const hungUp = UpstreamSimulator.use(({ awaitRequest }) =>
  awaitRequest(({ call, outcome }) => call === "chat" && outcome === "hung-up")
)
