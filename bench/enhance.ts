import { Effect, Stream } from "effect"
import { bodyOf, post } from "./Client.ts"
import { percentile } from "./Figures.ts"
import { alternate } from "./Rounds.ts"
import * as Service from "./Service.ts"
import * as Simulator from "./Simulator.ts"
import { added } from "./Table.ts"

/** Streams at a time, and how long after another each begins, in milliseconds. */
const streams = 8
const stagger = 50
const tokens = 64
const prompt = Array.from({ length: tokens }, (_, index) => `word-${index}`).join(" ")

/**
 * What the service adds to an enhancement: the same upstream says 64 tokens, one every 20 ms, to clients that are
 * connected directly and to ones that go through the service, in turns.
 */
export const enhance = Effect.gen(function* () {
  const upstream = yield* Simulator.start({ tokenEvery: 20 })
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
  return [
    row("first token", 50, ({ firsts }) => firsts, 2),
    row("first token", 95, ({ firsts }) => firsts),
    row("gap between tokens", 50, ({ gaps }) => gaps, 0.5),
    row("gap between tokens", 95, ({ gaps }) => gaps)
  ]
}).pipe(Effect.scoped)

/** What has not run some thousand times is interpreted, and takes three times as long: no server stays that new. */
const warmUp = (ask: (prompt: string) => Effect.Effect<Response, unknown>) =>
  Effect.forEach(
    Array.from({ length: 2000 }),
    () => Effect.flatMap(ask("one"), (answer) => Stream.runDrain(bodyOf(answer))),
    { concurrency: streams, discard: true }
  )

interface Times {
  /** When the first token arrived. */
  readonly firsts: ReadonlyArray<number>
  /** How long after another each of the others did. */
  readonly gaps: ReadonlyArray<number>
}

/** Of streams that begin one after the other and go on side by side, in milliseconds. */
const timesOf = Effect.fnUntraced(function* (asking: Effect.Effect<Response, unknown>) {
  const arrivals = yield* Effect.forEach(
    Array.from({ length: streams }).keys(),
    (index) => Effect.delay(arrivalsOf(asking), index * stagger),
    { concurrency: "unbounded" }
  )
  return {
    firsts: arrivals.map(([first = Number.NaN]) => first),
    gaps: arrivals.flatMap((times) => times.slice(1).map((at, index) => at - (times[index] ?? at)))
  } satisfies Times
})

const arrivalsOf = Effect.fnUntraced(function* (asking: Effect.Effect<Response, unknown>) {
  const start = performance.now()
  const arrivals: Array<number> = []
  const note = (text: string) => {
    for (const _ of text.matchAll(/"content":/g)) arrivals.push(performance.now() - start)
  }
  yield* bodyOf(yield* asking).pipe(
    Stream.decodeText,
    Stream.runForEach((text) => Effect.sync(() => note(text)))
  )
  if (arrivals.length < tokens) return yield* Effect.die(new Error(`${arrivals.length} tokens have come`))
  return arrivals.slice(0, tokens)
})
