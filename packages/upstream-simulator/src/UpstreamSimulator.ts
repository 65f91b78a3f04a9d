import { createServer } from "node:http"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { Context, DateTime, type Duration, Effect, Layer, type Predicate } from "effect"
import { HttpRouter, HttpServer, type HttpServerError } from "effect/http"
import type { Fate, Fault } from "./Fault.ts"
import * as Playbill from "./Playbill.ts"
import type { ReceivedRequest } from "./ReceivedRequest.ts"
import * as Recorder from "./Recorder.ts"
import * as Routes from "./Routes.ts"
import * as TaskBook from "./TaskBook.ts"
import type { Call } from "./Wire.ts"

export interface Options {
  /** Any free one unless told. */
  readonly port?: number
  readonly apiKey?: string
  /** How long a task waits, and then runs: 20 and 30 ms unless told. */
  readonly queuedFor?: Duration.Input
  readonly runsFor?: Duration.Input
  /** How long a chat stream's headers take, and each of its tokens: no time at all unless told. */
  readonly firstTokenAfter?: Duration.Input
  readonly tokenEvery?: Duration.Input
  /** Pixels of the longer side of a picture: 256 unless told. */
  readonly imageSide?: number
  /** Where the server's clock hangs, which the dates on the wire do not tell: UTC+8 unless told. */
  readonly timeZone?: DateTime.TimeZone
  /** How many requests are kept: the latest 1000 unless told. */
  readonly keepRequests?: number
}

export interface Counters {
  readonly connections: Recorder.Connections
  readonly calls: Readonly<Record<Call, number>>
}

/**
 * chatgpt2api's wire on a real socket of 127.0.0.1, with real pictures, and with every fault of the real one.
 *
 * @example
 * const simulator = yield* UpstreamSimulator
 * yield* simulator.play(Fault.dropLine())                                     // the next submit
 * yield* simulator.play(Fault.fails(), { when: { clientTaskId: "task-1" } })  // how this task ends
 * yield* simulator.play(Fault.lookUpFails(), { times: 3 })
 */
export class UpstreamSimulator extends Context.Service<
  UpstreamSimulator,
  {
    /** The root, without `/v1` and with no slash at its end. */
    readonly url: string
    readonly apiKey: string
    /** Has a fault happen to the next request that it fits, or to more. */
    readonly play: (fault: Fault, options?: Playbill.PlayOptions) => Effect.Effect<void>
    readonly requests: Effect.Effect<ReadonlyArray<ReceivedRequest>>
    /** The first request, past or to come, that the predicate holds for: `outcome` included, so hang-ups too. */
    readonly awaitRequest: (predicate: Predicate.Predicate<ReceivedRequest>) => Effect.Effect<ReceivedRequest>
    readonly tasks: Effect.Effect<ReadonlyArray<TaskBook.SimulatedTask>>
    readonly counters: Effect.Effect<Counters>
    /** The upstream restarts: every task that is queued or running becomes an error. */
    readonly restart: Effect.Effect<void>
    /** Amnesia: these tasks, or all, become missing. */
    readonly forget: (ids?: Iterable<string>) => Effect.Effect<void>
    /** Back to the beginning: no tasks, no requests, no faults. */
    readonly reset: Effect.Effect<void>
  }
>()("@scnmnt/upstream-simulator/UpstreamSimulator") {
  static readonly layer = (options: Options = {}): Layer.Layer<UpstreamSimulator, HttpServerError.ServeError> =>
    Layer.unwrap(
      Effect.gen(function* () {
        const server = createServer()
        const stage = {
          apiKey: options.apiKey ?? "simulator-key",
          firstTokenAfter: options.firstTokenAfter ?? 0,
          tokenEvery: options.tokenEvery ?? 0,
          recorder: yield* Recorder.make(server, options.keepRequests ?? 1000),
          playbill: yield* Playbill.make,
          tasks: yield* TaskBook.make({
            zone: options.timeZone ?? DateTime.zoneMakeOffset(8 * 3_600_000),
            imageSide: options.imageSide ?? 256,
            fate: happyFate(options)
          })
        }
        // Nothing of its router may get out: a server that is built beside it would add its routes to it.
        return service(stage).pipe(
          Layer.provide(HttpRouter.serve(Routes.layer(stage), { disableLogger: true, disableListenLog: true })),
          Layer.provide(
            NodeHttpServer.layer(() => server, {
              host: "127.0.0.1",
              port: options.port ?? 0,
              gracefulShutdownTimeout: 0
            })
          )
        )
      })
    )
}

const service = ({ apiKey, playbill, recorder, tasks }: Routes.Stage) =>
  Layer.effect(
    UpstreamSimulator,
    Effect.gen(function* () {
      const server = yield* HttpServer.HttpServer
      return UpstreamSimulator.of({
        url: HttpServer.formatAddress(server.address),
        apiKey,
        play: playbill.play,
        requests: recorder.requests,
        awaitRequest: recorder.awaitRequest,
        tasks: tasks.all,
        counters: recorder.counters,
        restart: tasks.restart,
        forget: tasks.forget,
        reset: Effect.all([tasks.forget(), playbill.clear, recorder.clear], { discard: true })
      })
    })
  )

const happyFate = (options: Options): Fate => ({
  queuedFor: options.queuedFor ?? "20 millis",
  runsFor: options.runsFor ?? "30 millis",
  workingStatus: undefined,
  endStatus: "success",
  error: undefined,
  data: ({ origin, path }) => [{ url: `${origin}${path}` }],
  missing: false
})
