import { Data, Effect, Option, Schema, Stream } from "effect"
import { Sse } from "effect/encoding"

/** What an event of a chat completion's stream means. */
export type ChatFrame = Data.TaggedEnum<{
  Delta: { readonly text: string; readonly finishes: boolean }
  Done: {}
  /** `reported` is the upstream's own text: for the log alone. */
  Failed: { readonly reported: string }
}>
export const ChatFrame = Data.taggedEnum<ChatFrame>()

/** The upstream said that it failed, sent what nobody can read, or went away before the end. */
export class ChatBroken extends Schema.TaggedError<ChatBroken>()("ChatBroken", { reported: Schema.String }) {}

/**
 * The frames of a chat completion's event stream. It is read here and not by openai's client, which fails at
 * `data: data: {…}` and `data: : PING` and takes a stream that was cut short for one that ended.
 */
export const read = <E>(bytes: Stream.Stream<Uint8Array, E>): Stream.Stream<ChatFrame, E | ChatBroken> =>
  Stream.suspend(() => {
    const frames: Array<ChatFrame> = []
    const parser = Sse.makeParser((event) => {
      if (event._tag === "Event") frames.push(...toFrames(event))
    })
    const feed = (chunk: string) => {
      const tooLarge = parser.feed(chunk)
      return tooLarge === undefined
        ? Effect.succeed(frames.splice(0))
        : Effect.fail(new ChatBroken({ reported: tooLarge.message }))
    }
    return bytes.pipe(
      Stream.decodeText,
      // Some end their last event with the stream and not with an empty line.
      Stream.concat(Stream.make("\n\n")),
      Stream.mapEffect(feed),
      Stream.flattenIterable
    )
  })

/**
 * The text of such frames, delta by delta. They came to a good end if they brought a `finish_reason`, or `[DONE]`
 * without an error before it. After a `finish_reason` there is nothing left that a broken line could take away.
 */
export const text = <E>(frames: Stream.Stream<ChatFrame, E>): Stream.Stream<string, E | ChatBroken> =>
  frames.pipe(
    Stream.map((frame) => Effect.succeed(frame)),
    Stream.concat(
      Stream.make(Effect.suspend(() => new ChatBroken({ reported: "ended without a finish_reason or [DONE]" })))
    ),
    Stream.catch((error) => Stream.make(Effect.fail(error))),
    Stream.mapAccumEffect(
      (): Progress => "going",
      (progress, frame: Effect.Effect<ChatFrame, E | ChatBroken>) =>
        Effect.matchEffect(frame, {
          onFailure: (error) => (progress === "going" ? Effect.fail(error) : proceed(progress)),
          onSuccess: (frame) => step(progress, frame)
        })
    )
  )

/** `finished`: there was a `finish_reason`. `done`: there was `[DONE]`, after which nothing counts. */
type Progress = "going" | "finished" | "done"

const step = (progress: Progress, frame: ChatFrame) =>
  progress === "done"
    ? proceed(progress)
    : ChatFrame.$match(frame, {
        Delta: ({ text, finishes }) => proceed(finishes ? "finished" : progress, text),
        Done: () => proceed("done"),
        Failed: ({ reported }) => Effect.fail(new ChatBroken({ reported }))
      })

const proceed = (progress: Progress, text = "") =>
  Effect.succeed<readonly [Progress, ReadonlyArray<string>]>([progress, text === "" ? [] : [text]])

/** `data:` repeated within the data, and comments sent as data, are forks' mistakes: the upstream's own have neither. */
const toFrames = ({ data, event }: Sse.Event): ReadonlyArray<ChatFrame> => {
  const payload = data.replace(/^(?:data:\s*)+/, "").trim()
  if (payload === "" || payload.startsWith(":")) return []
  if (payload === "[DONE]") return [ChatFrame.Done()]
  const chunk = event === "error" ? undefined : Option.getOrUndefined(decodeChunk(payload))
  if (chunk === undefined || (chunk.error ?? undefined) !== undefined) return [ChatFrame.Failed({ reported: payload })]
  const choice = chunk.choices?.[0]
  return [
    ChatFrame.Delta({
      text: choice?.delta?.content ?? "",
      finishes: (choice?.finish_reason ?? undefined) !== undefined
    })
  ]
}

const decodeChunk = Schema.decodeUnknownOption(
  Schema.fromJsonString(
    Schema.Struct({
      choices: Schema.optional(
        Schema.NullOr(
          Schema.Array(
            Schema.Struct({
              delta: Schema.optional(
                Schema.NullOr(Schema.Struct({ content: Schema.optional(Schema.NullOr(Schema.String)) }))
              ),
              finish_reason: Schema.optional(Schema.NullOr(Schema.String))
            })
          )
        )
      ),
      error: Schema.optional(Schema.Unknown)
    })
  )
)
