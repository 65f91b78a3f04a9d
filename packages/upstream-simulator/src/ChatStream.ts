import { createHash } from "node:crypto"
import { type Duration, Effect, Stream } from "effect"
import type { Manner } from "./Fault.ts"

export const plainManner: Manner = {
  lineEnd: "\n",
  prefix: "data: ",
  ping: undefined,
  splitCharacters: false,
  finishReason: true,
  done: true,
  breaksOff: undefined
}

export interface Speech {
  readonly tokens: ReadonlyArray<string>
  readonly model: string
  readonly created: number
  readonly manner: Manner
  readonly tokenEvery: Duration.Input
  /** Ends the line at once, after what was written to it. */
  readonly cutLine: Effect.Effect<never>
}

/** The bytes of a chat stream, one chunk a token: `: stream-open`, the chunks, the finish reason, `[DONE]`. */
export const speak = (speech: Speech): Stream.Stream<Uint8Array> => {
  const { manner } = speech
  const said = manner.breaksOff === undefined ? speech.tokens : speech.tokens.slice(0, 4)
  const talk = Stream.fromIterable([opening(speech), ...said.map((token) => frame(speech, { content: token }, null))])
  const paced = talk.pipe(
    Stream.rechunk(1),
    Stream.tap(() => Effect.sleep(speech.tokenEvery))
  )
  return Stream.concat(paced, ending(speech)).pipe(Stream.flatMap((text) => chunks(text, manner)))
}

const ending = (speech: Speech): Stream.Stream<string> => {
  const { cutLine, manner } = speech
  const done = manner.done ? [`${manner.prefix}[DONE]${manner.lineEnd.repeat(2)}`] : []
  switch (manner.breaksOff) {
    case undefined:
      return Stream.fromIterable([...(manner.finishReason ? [frame(speech, {}, "stop")] : []), ...done])
    case "error":
      return Stream.fromIterable([
        data(manner, { error: { message: "stream interrupted", type: "server_error" } }),
        ...done
      ])
    case "cut": {
      const whole = frame(speech, { content: speech.tokens[4] ?? "…" }, null)
      return Stream.concat(Stream.make(whole.slice(0, whole.length / 2)), Stream.fromEffectDrain(cutLine))
    }
    case "stall":
      return Stream.never
  }
}

const opening = ({ manner }: Speech): string => `: stream-open${manner.lineEnd.repeat(2)}`

const frame = (speech: Speech, delta: { readonly content?: string }, finishReason: string | null): string => {
  const { created, manner, model } = speech
  const id = `chatcmpl-${createHash("sha256").update(speech.tokens.join("")).digest("hex").slice(0, 24)}`
  const choices = [{ index: 0, delta, finish_reason: finishReason }]
  const text = data(manner, { id, object: "chat.completion.chunk", created, model, choices })
  return manner.ping === undefined ? text : `${manner.ping}${manner.lineEnd.repeat(2)}${text}`
}

const data = (manner: Manner, payload: unknown): string =>
  `${manner.prefix}${JSON.stringify(payload)}${manner.lineEnd.repeat(2)}`

const chunks = (text: string, manner: Manner): Stream.Stream<Uint8Array> => {
  const bytes = new TextEncoder().encode(text)
  const within = bytes.findIndex((byte) => (byte & 0xc0) === 0x80)
  return manner.splitCharacters && within !== -1
    ? Stream.fromIterable([bytes.slice(0, within), bytes.slice(within)]).pipe(
        Stream.rechunk(1),
        Stream.tap(() => Effect.yieldNow)
      )
    : Stream.make(bytes)
}
