import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Console, Effect, Stream } from "effect"
import * as MeasuredServer from "../test/measured/MeasuredServer.ts"
import { bodyOf, post } from "./Client.ts"

const rounds = 12
const tokens = 64
const prompt = Array.from({ length: tokens }, (_, index) => `word-${index}`).join(" ")

/**
 * What the service adds to an enhancement: the same upstream says 64 tokens, one every 20 ms, to a client that is
 * connected directly and to one that goes through the service, in turns.
 */
export const enhance = Effect.gen(function* () {
  const { apiKey, url: upstream } = yield* UpstreamSimulator
  const { url } = yield* MeasuredServer.start()
  const messages = [{ role: "user", content: prompt }]
  const direct = timesOf(
    post(
      `${upstream}/v1/chat/completions`,
      { model: "m", stream: true, messages },
      { authorization: `Bearer ${apiKey}` }
    )
  )
  const through = timesOf(post(`${url}/api/prompts/enhance`, { prompt, direction: "details" }))
  // The first round warms everything up, and does not count.
  const taken = yield* Effect.forEach(Array.from({ length: rounds + 1 }), () => Effect.all({ direct, through }))
  const counted = taken.slice(1)
  yield* Console.log(`${rounds} rounds of ${tokens} tokens at 20 ms, directly and through the service in turns; in ms`)
  yield* Console.log(row("", "direct", "through", "added"))
  for (const part of [50, 95]) {
    const first = compare(counted, part, ({ first }) => [first])
    yield* Console.log(row(`first token, p${part}`, ...first))
  }
  for (const part of [50, 95]) {
    const gap = compare(counted, part, ({ gaps }) => gaps)
    yield* Console.log(row(`gap between tokens, p${part}`, ...gap))
  }
}).pipe(Effect.scoped, Effect.provide(UpstreamSimulator.layer({ tokenEvery: "20 millis" })))

interface Times {
  readonly first: number
  readonly gaps: ReadonlyArray<number>
}

/** When the first token arrived, and how long after it each of the others. */
const timesOf = Effect.fnUntraced(function* (asking: Effect.Effect<Response, unknown>) {
  const start = performance.now()
  const arrivals: Array<number> = []
  const note = (text: string) => {
    for (const _ of text.matchAll(/"content":/g)) arrivals.push(performance.now() - start)
    return arrivals.length < tokens
  }
  const answer = yield* asking
  yield* bodyOf(answer).pipe(Stream.decodeText, Stream.takeWhile(note), Stream.runDrain)
  const [first = Number.NaN] = arrivals
  const counted = arrivals.slice(0, tokens)
  return { first, gaps: counted.slice(1).map((at, index) => at - (counted[index] ?? at)) } satisfies Times
})

type Round = Readonly<Record<"direct" | "through", Times>>

const compare = (taken: ReadonlyArray<Round>, part: number, of: (times: Times) => ReadonlyArray<number>) => {
  const direct = percentile(
    taken.flatMap(({ direct }) => of(direct)),
    part
  )
  const through = percentile(
    taken.flatMap(({ through }) => of(through)),
    part
  )
  return [direct, through, through - direct].map((millis) => millis.toFixed(2))
}

const percentile = (values: ReadonlyArray<number>, part: number) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor((values.length * part) / 100))] ?? Number.NaN

const row = (what: string, ...figures: ReadonlyArray<string>) =>
  what.padEnd(26) + figures.map((figure) => figure.padStart(10)).join("")
