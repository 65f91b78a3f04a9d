import { homedir } from "node:os"
import { Fingerprint } from "@scnmnt/core/Fingerprint"
import { IdempotencyKey } from "@scnmnt/core/IdempotencyKey"
import * as Sha256 from "@scnmnt/core/Sha256"
import { Config, Context, Effect, FileSystem, Layer, Path, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { Hex } from "effect/encoding"
import { CommandFailed, exitCodes } from "./CommandFailed.ts"
import * as NewFile from "./NewFile.ts"

/** What the command line remembers from one run to the next: the account, and the keys of orders that are not done. */
export class State extends Context.Service<State>()("@scnmnt/server/cli/State", {
  make: Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const { isAbsolute, join } = yield* Path.Path
    const context = yield* Effect.context<FileSystem.FileSystem | Path.Path | SecureRandom.SecureRandom>()
    const random = yield* SecureRandom.SecureRandom
    const configured = yield* Config.withDefault(Config.String("XDG_STATE_HOME"), "")
    // A relative one is to be ignored (XDG Base Directory Specification, 0.8).
    const folder = join(isAbsolute(configured) ? configured : join(homedir(), ".local", "state"), "scnmnt")

    /** What the file says, or what it says from now on. Of two who come at once, one writes it and both read it. */
    const readOrMake = <A extends string>(path: string, schema: Schema.Codec<A, string>, fresh: string) =>
      NewFile.write(path, new TextEncoder().encode(fresh), { mode: 0o600 }).pipe(
        Effect.catchTag("PlaceTaken", () => Effect.void),
        Effect.andThen(files.readFileString(path)),
        Effect.flatMap(Schema.decodeEffect(schema)),
        Effect.mapError(({ message }) => unusable(path, message)),
        Effect.provideContext(context)
      )

    return {
      /** The account of this user on this machine, made up when it is first asked for. */
      account: Effect.flatMap(Effect.orDie(random.uuidV4()), (uuid) =>
        readOrMake(join(folder, "account"), Fingerprint, `cli-${uuid}`)
      ),

      /** The key of an order, the same until the order is done, and how to say that it is. */
      order: Effect.fnUntraced(function* (identity: ReadonlyArray<string>) {
        const name = Hex.encode(yield* Effect.orDie(Sha256.ofText(JSON.stringify(identity))))
        const path = join(folder, "orders", name)
        const key = yield* readOrMake(path, IdempotencyKey, yield* Effect.orDie(random.uuidV4()))
        return { key, done: Effect.ignore(files.remove(path, { force: true })) }
      })
    }
  })
}) {
  static readonly layer = Layer.effect(State, State.make)
}

const unusable = (path: string, why: string) =>
  new CommandFailed({
    error: "StateUnusable",
    message: `Can't use ${path}, where this command keeps what it has to remember (XDG_STATE_HOME): ${why}`,
    exitCode: exitCodes.failed
  })
