import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Console, Effect, Fiber, Option, Stream } from "effect"
import * as MeasuredServer from "../test/measured/MeasuredServer.ts"
import { bodyOf, checkIn, fingerprint, open, order, post } from "./Client.ts"
import * as Curve from "./Curve.ts"

const megabyte = 1_000_000
const followers = 1000
const enhancements = 50
const uploads = 20
const imageBytes = 500 * megabyte

/** The parts of the load: those that are named after the bench, or all. */
const has = (part: string) => process.argv.length < 4 || process.argv.slice(3).includes(part)

/** How much memory the service takes while much passes through it, in a process of its own. */
export const memory = Effect.gen(function* () {
  const server = yield* MeasuredServer.start({ MAX_IMAGE_BYTES: String(2 * imageBytes) })
  const { url } = server
  const { endless, large } = yield* prepare(url)

  const curve = yield* Curve.make(server)
  yield* curve.during("idle", Effect.sleep("8 seconds"))
  const idle = yield* curve.settled
  // The image comes first: on a busy machine its source would be given up while 1,000 followers are let in.
  const image = yield* open(imageOf(url, large)).pipe(Effect.when(Effect.sync(() => has("image"))))
  const following = yield* Effect.forkChild(many(has("followers") ? followers : 0, follow(url, endless)))
  yield* curve.during(
    "load",
    Effect.all(
      [
        Option.isSome(image) ? readSlowly(image.value) : Effect.void,
        many(has("enhancements") ? enhancements : 0, enhance(url)),
        many(has("uploads") ? uploads : 0, upload(url)),
        Effect.sleep("20 seconds")
      ],
      { concurrency: "unbounded" }
    )
  )
  yield* Fiber.interrupt(following)
  yield* curve.during("after", Effect.sleep("15 seconds"))
  const settled = yield* curve.settled

  yield* Console.log(
    [
      `${followers} followers, ${enhancements} enhancements, ${uploads} uploads of 10 MB at 200 kB/s, and`,
      `an image of ${imageBytes / megabyte} MB read at 10 MB/s; idle and settled after a collection, peak without`
    ].join(" ")
  )
  const grown = curve.peak() - idle
  yield* Console.log(`idle ${mb(idle)}, peak ${mb(curve.peak())}: grown by ${mb(grown)} (target: less than 150 MB)`)
  yield* Console.log(`settled ${mb(settled)}: ${mb(settled - idle)} over idle (target: within 30 MB)`)
}).pipe(Effect.scoped, Effect.provide(UpstreamSimulator.layer({ imageSide: 64, tokenEvery: "600 millis" })))

/**
 * A task that goes on and on, and one whose image is large. Idle is a server that has done a little of everything:
 * what code, tables and connections take once they are there is not what a load leaves behind.
 */
const prepare = Effect.fnUntraced(function* (url: string) {
  const { play } = yield* UpstreamSimulator
  yield* checkIn(url)
  yield* play(Fault.neverEnds())
  const endless = yield* order(url, "an owl")
  const small = yield* order(url, "a stamp")
  const large = yield* order(url, "a map")
  yield* play(Fault.hugeImage({ bytes: imageBytes }), { when: { clientTaskId: large }, times: Infinity })
  yield* warmUp(url, endless, small)
  return { endless, large }
})

const imageOf = (url: string, id: string) => `${url}/api/images/tasks/${id}/image`

const mb = (bytes: number) => `${(bytes / megabyte).toFixed(0)} MB`

const many = <A, E>(count: number, effect: Effect.Effect<A, E>) =>
  Effect.replicateEffect(effect, count, { concurrency: "unbounded", discard: true })

const follow = (url: string, id: string) =>
  Effect.flatMap(open(`${url}/api/images/tasks/${id}/events`), (answer) => Stream.runDrain(bodyOf(answer)))

/** About forty seconds of it. */
const prompt = Array.from({ length: 40 }, (_, index) => `word-${index}`).join(" ")

const enhance = (url: string) =>
  Effect.flatMap(post(`${url}/api/prompts/enhance`, { prompt, direction: "details" }), (answer) =>
    Stream.runDrain(bodyOf(answer))
  )

/** A picture of 10 MB, 20 kB every 100 ms. */
const picture = (bytes: number) => {
  const head = Buffer.from("89504e470d0a1a0a0000000d4948445200000040000000400806000000", "hex")
  const piece = new Uint8Array(20_000).fill(7)
  return Stream.range(1, bytes / piece.length).pipe(
    Stream.rechunk(1),
    Stream.mapEffect((index) => Effect.as(Effect.sleep("100 millis"), index)),
    Stream.map((index) => (index === 1 ? Buffer.concat([head, piece.subarray(head.length)]) : piece))
  )
}

const upload = Effect.fnUntraced(function* (url: string, bytes = 10 * megabyte) {
  const field = (name: string, value: string) =>
    `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  const head = `--x\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n`
  const form = Stream.make(field("prompt", "an owl") + field("fingerprint", fingerprint) + head).pipe(
    Stream.encodeText,
    Stream.concat(picture(bytes)),
    Stream.concat(Stream.encodeText(Stream.make("\r\n--x--\r\n")))
  )
  const body = yield* Stream.toReadableStreamEffect(form)
  const headers = { "content-type": "multipart/form-data; boundary=x" }
  yield* open(`${url}/api/images/generate`, { method: "POST", headers, body, duplex: "half" })
})

/** 1 MB every 100 ms. */
const readSlowly = Effect.fnUntraced(function* (answer: Response) {
  let due = 0
  yield* Stream.runForEach(bodyOf(answer), ({ length }) => {
    due += length
    const pause = due >= megabyte
    if (pause) due -= megabyte
    return pause ? Effect.sleep("100 millis") : Effect.void
  })
})

const warmUp = Effect.fnUntraced(function* (url: string, endless: string, small: string) {
  yield* upload(url, 2 * megabyte)
  const brief = post(`${url}/api/prompts/enhance`, { prompt: "an owl", direction: "details" })
  yield* Effect.flatMap(brief, (answer) => Stream.runHead(bodyOf(answer)))
  yield* Effect.timeoutOption(follow(url, endless), "2 seconds")
  yield* Effect.flatMap(open(imageOf(url, small)), (answer) => Stream.runDrain(bodyOf(answer)))
  yield* many(20, open(`${url}/api/status`))
})
