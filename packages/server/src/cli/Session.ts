import type { Fingerprint } from "@scnmnt/core/Fingerprint"
import { Duration, Effect, Layer, Option } from "effect"
import { Digest, SecureRandom } from "effect/crypto"
import { FetchHttpClient } from "effect/http"
import { Client } from "../client/Client.ts"
import * as Patience from "../client/Patience.ts"
import type { CommandFailed } from "./CommandFailed.ts"
import * as Output from "./Output.ts"
import { Screen } from "./Screen.ts"
import { State } from "./State.ts"
import * as Translation from "./Translation.ts"

export interface Connection {
  readonly server: string
  readonly json: boolean
}

/** Runs a command that talks to a server; what goes wrong is told as its user reads it. */
export const run =
  ({ json, server }: Connection) =>
  <A, E, R>(command: Effect.Effect<A, E, R>) =>
    command.pipe(
      Effect.provide(layer(server)),
      Effect.mapError(Translation.ofError(server)),
      Effect.tapError((failed) => (json && failed._tag === "CommandFailed" ? printed(failed) : Effect.void))
    )

/** The account that pays: the one that was named, or this user's own. */
export const accountOf = (named: Option.Option<Fingerprint>) =>
  Option.match(named, { onNone: () => State.use(({ account }) => account), onSome: Effect.succeed })

const layer = (server: string) =>
  Layer.mergeAll(Client.layer(server), State.layer, waiting).pipe(
    Layer.provideMerge([Screen.layer("stderr"), Digest.layerWebCrypto, SecureRandom.layerWebCrypto]),
    Layer.provide(FetchHttpClient.layer)
  )

/** Who waits is told what for. */
const waiting = Layer.effect(
  Patience.Listener,
  Screen.useSync(({ note }) => (error, pause) => {
    const seconds = Math.round(Duration.toSeconds(pause))
    return note(`  ${Translation.inShort(error)}; trying again${seconds > 0 ? ` in ${seconds} s` : ""}`)
  })
)

/** A task that failed was printed as what it is. */
const printed = ({ error, exitCode, message }: CommandFailed) =>
  error === "TaskFailed" ? Effect.void : Output.line(JSON.stringify({ error, message, exitCode }))

/** `1 credit`, `2 credits`. */
export const counted = (credits: number) => `${credits} credit${credits === 1 ? "" : "s"}`
