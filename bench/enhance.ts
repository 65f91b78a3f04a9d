import { Array, Effect, Option, Schema, Stream } from "effect"
import { Sse } from "effect/encoding"
import { bodyOf, post } from "./Client.ts"
import { median, percentile } from "./Figures.ts"
import { alternate } from "./Rounds.ts"
import * as Service from "./Service.ts"
import * as Simulator from "./Simulator.ts"
import { added } from "./Table.ts"

/** Streams at a time, and how long after another each begins, in milliseconds. */
const streams = 8
const stagger = 50
/** What the upstream says first of all, word by word, in milliseconds one after another. */
const words = Array.makeBy(64, (index) => `word-${index}`)
const pace = 20
const prompt = words.join(" ")

/**
 * What the service adds to an enhancement: the same upstream says 64 tokens, one every 20 ms, to clients that are
 * connected directly and to ones that go through the service, in turns.
 */
export const enhance = Effect.gen(function* () {
  const upstream = yield* Simulator.start({ tokenEvery: pace })
  const service = yield* Service.start(upstream)
  const authorization = `Bearer ${upstream.apiKey}`
  const direct = (content: string) => {
    const body = { model: "m", stream: true, messages: [{ role: "user", content }] }
    return post(`${upstream.url}/v1/chat/completions`, body, { authorization })
  }
  const through = (prompt: string) => post(`${service.url}/api/prompts/enhance`, { prompt, direction: "details" })
  yield* warmUp(direct)
  yield* warmUp(through)
  const taken = yield* alternate({ direct: timesOf(direct(prompt)), through: timesOf(through(prompt)) })
  const row = (what: string, part: number, of: (times: Times) => ReadonlyArray<number>, atMost?: number) =>
    added({
      what: `enhance, ${what}, p${part}`,
      unit: "ms",
      baseline: taken.direct.map((times) => percentile(of(times), part)),
      service: taken.through.map((times) => percentile(of(times), part)),
      ...(atMost !== undefined && { atMost })
    })
  const firsts = (times: Times) => times.map(([first = Number.NaN]) => first)
  return [
    row("first token", 50, firsts, 2),
    row("first token", 95, firsts),
    row("gap between tokens", 50, gaps, 0.5),
    row("gap between tokens", 95, gaps),
    // Not so late that the next one should have been there.
    added({
      what: "enhance, the latest of all tokens, against the same direct",
      unit: "ms",
      baseline: taken.direct.map((times) => lateness(times, times)),
      service: Array.zipWith(taken.through, taken.direct, lateness),
      neverAbove: pace
    })
  ]
}).pipe(Effect.scoped)

/** What has not run some thousand times is interpreted, and takes three times as long: no server stays that new. */
const warmUp = (ask: (prompt: string) => Effect.Effect<Response, unknown>) =>
  Effect.replicateEffect(
    Effect.flatMap(ask("one"), (answer) => Stream.runDrain(bodyOf(answer))),
    2000,
    { concurrency: streams, discard: true }
  )

/** When each token arrived, from when its stream was asked for, stream by stream. */
type Times = ReadonlyArray<ReadonlyArray<number>>

/** How long after another each token but the first did. */
const gaps = (times: Times) =>
  times.flatMap((arrivals) => arrivals.slice(1).map((at, index) => at - (arrivals[index] ?? at)))

/** How much later than in the median of the direct streams the latest of all tokens came. */
const lateness = (times: Times, direct: Times) => {
  const expected = words.map((_, index) => median(direct.map((arrivals) => arrivals[index] ?? Number.NaN)))
  return Math.max(...times.flatMap((arrivals) => Array.zipWith(arrivals, expected, (at, due) => at - due)))
}

/** Of streams that begin one after the other and go on side by side, in milliseconds. */
const timesOf = (asking: Effect.Effect<Response, unknown>): Effect.Effect<Times, unknown> =>
  Effect.forEach(Array.range(0, streams - 1), (index) => Effect.delay(arrivalsOf(asking), index * stagger), {
    concurrency: "unbounded"
  })

/** Each word has to come in a frame of its own, whatever more comes after them. */
const arrivalsOf = Effect.fnUntraced(function* (asking: Effect.Effect<Response, unknown>) {
  const start = performance.now()
  const frames: Array<{ readonly content: string; readonly at: number }> = []
  const parser = Sse.makeParser((event) => {
    const content = event._tag === "Event" ? contentOf(event.data) : Option.none()
    if (Option.isSome(content)) frames.push({ content: content.value, at: performance.now() - start })
  })
  yield* bodyOf(yield* asking).pipe(
    Stream.decodeText,
    Stream.runForEach((text) => Effect.sync(() => parser.feed(text)))
  )
  const said = frames.slice(0, words.length)
  if (!words.every((word, index) => said[index]?.content.trim() === word)) {
    return yield* Effect.die(new Error(`no frame for each token: ${JSON.stringify(said)}`))
  }
  return said.map(({ at }) => at)
})

/** The text of a chat completion's chunk; none in what is no such chunk. */
const contentOf = (data: string) =>
  Option.flatMapNullishOr(decodeChunk(data), ({ choices }) => choices[0]?.delta.content)

const decodeChunk = Schema.decodeOption(
  Schema.fromJsonString(
    Schema.Struct({
      choices: Schema.Array(Schema.Struct({ delta: Schema.Struct({ content: Schema.optionalKey(Schema.String) }) }))
    })
  )
)
