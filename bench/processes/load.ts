import { readFileSync } from "node:fs"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Cause, Data, Effect, Exit, Queue, Schema } from "effect"
import { Client } from "undici"
import { Load, type Said, type Sample } from "../Load.ts"
import { percentile } from "../Figures.ts"

/**
 * The load generator: as many clients as there are connections, each of which waits for an answer before it asks again.
 * Undici, because a client's own work takes from the two sides that are compared, and this one does little.
 */
const run = Effect.fnUntraced(function* (load: Load) {
  const requests = load.requests.map(({ body, path }) => ({
    method: load.method,
    headers: load.headers,
    path,
    ...(body !== undefined && { body: typeof body === "string" ? body : readFileSync(body.file) })
  }))
  const tally = new Tally(load)
  let turn = 0
  const asked = <A>({ path }: { readonly path: string }, ask: () => Promise<A>) =>
    Effect.tryPromise({ try: ask, catch: (cause) => new NotAnswered({ message: load.origin + path, cause }) })
  const client = Effect.fnUntraced(function* (connection: Client) {
    while (!tally.isOver()) {
      const start = performance.now()
      const request = requests[turn++ % requests.length]
      if (request === undefined) return
      const { body, statusCode } = yield* asked(request, () => connection.request(request))
      const answer = yield* asked(request, () => read(body, load.expected.text !== undefined, tally))
      if (!isExpected(load.expected, statusCode, answer)) {
        return yield* Effect.die(new Error(`${load.origin}${request.path} answers ${statusCode}: ${answer.text}`))
      }
      tally.answered(start)
      if (load.every !== undefined) yield* Effect.sleep(Math.max(0, start + load.every - performance.now()))
    }
  })
  // Those who come at their own pace do not all come at once.
  const stagger = (load.every ?? 0) / load.connections
  yield* Effect.forEach(
    yield* connections(load),
    (connection, index) => Effect.delay(client(connection), index * stagger),
    { concurrency: "unbounded", discard: true }
  )
  return tally.sample()
}, Effect.scoped)

class NotAnswered extends Data.TaggedError("NotAnswered")<{ readonly message: string; readonly cause: unknown }> {}

const connections = ({ connections, origin }: Load) =>
  Effect.replicateEffect(
    Effect.acquireRelease(
      Effect.sync(() => new Client(origin)),
      (client) => Effect.promise(() => client.destroy())
    ),
    connections
  )

interface Answer {
  readonly length: number
  readonly text: string
}

const read = async (body: AsyncIterable<Buffer>, isText: boolean, tally: Tally): Promise<Answer> => {
  let length = 0
  let text = ""
  for await (const chunk of body) {
    length += chunk.length
    if (isText) text += chunk.toString()
    tally.arrived(chunk.length)
  }
  return { length, text }
}

const isExpected = ({ bytes, status, text }: Load["expected"], statusCode: number, answer: Answer) =>
  statusCode === status &&
  (text === undefined || answer.text.includes(text)) &&
  (bytes === undefined || answer.length === bytes)

/** Counts what comes in between the end of the warm-up and the end. */
class Tally {
  readonly #from: number
  readonly #to: number
  readonly #latencies: Array<number> = []
  #bytes = 0
  #answers = 0

  constructor({ counted, warmUp }: Load) {
    this.#from = performance.now() + warmUp
    this.#to = this.#from + counted
  }

  isOver() {
    return performance.now() >= this.#to
  }

  arrived(bytes: number) {
    if (this.#counts(performance.now())) this.#bytes += bytes
  }

  answered(start: number) {
    const now = performance.now()
    this.#answers += 1
    if (this.#counts(now)) this.#latencies.push(now - start)
  }

  sample(): Sample {
    const seconds = (this.#to - this.#from) / 1000
    return {
      answers: this.#answers,
      perSecond: this.#latencies.length / seconds,
      bytesPerSecond: this.#bytes / seconds,
      p50: percentile(this.#latencies, 50),
      p95: percentile(this.#latencies, 95),
      p99: percentile(this.#latencies, 99)
    }
  }

  #counts(now: number) {
    return now >= this.#from && now < this.#to
  }
}

const say = (said: Said) => process.send?.(said)
const decode = Schema.decodeUnknownEffect(Load)

NodeRuntime.runMain(
  Effect.gen(function* () {
    const loads = yield* Queue.unbounded<unknown>()
    process.on("message", (message) => Queue.offerUnsafe(loads, message))
    say({ _tag: "Ready" })
    while (true) {
      const end = yield* Effect.exit(Effect.flatMap(Effect.flatMap(Queue.take(loads), decode), run))
      say(
        Exit.isSuccess(end) ? { _tag: "Taken", sample: end.value } : { _tag: "Failed", reason: Cause.pretty(end.cause) }
      )
    }
  })
)
