import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Console, Effect, Record } from "effect"
import { capacity } from "./capacity.ts"
import { enhance } from "./enhance.ts"
import { generate } from "./generate.ts"
import { growth } from "./growth.ts"
import { image } from "./image.ts"
import { layers } from "./layers.ts"
import { lookUps } from "./lookUps.ts"
import { machine } from "./Machine.ts"
import { memory } from "./memory.ts"
import { profile } from "./profile.ts"
import { requestCost } from "./requests.ts"
import { start } from "./start.ts"
import { status } from "./status.ts"
import { store } from "./store.ts"
import * as Table from "./Table.ts"
import { upload } from "./upload.ts"
import { workers } from "./workers.ts"
import { writer } from "./writer.ts"

/** The parts of the table, in its order. */
const parts: Readonly<Record<string, Effect.Effect<ReadonlyArray<Table.Row>, unknown>>> = {
  generate,
  status,
  layers,
  "look-ups": lookUps,
  enhance,
  image,
  upload,
  store,
  start,
  growth,
  workers
}

/** What prints figures of its own, and takes longer: only by its name. */
const others: Readonly<Record<string, Effect.Effect<void, unknown>>> = {
  capacity,
  memory,
  profile,
  requests: requestCost,
  writer
}

const [name] = process.argv.slice(2)

/** The part of this name, or all of them, in one table. */
const table = Effect.andThen(
  Table.head,
  Effect.forEach(
    Object.entries(parts).filter(([part]) => name === undefined || name === part),
    ([, part]) => Effect.flatMap(part, Effect.forEach(Table.row)),
    { discard: true }
  )
)

const usage = Console.error(
  [
    "npm run bench              the table, in a quarter of an hour",
    `npm run bench -- <name>    a part of it: ${Object.keys(parts).join(", ")}`,
    `                           or figures of its own: ${Object.keys(others).join(", ")}`
  ].join("\n")
)

const bench =
  name === undefined || Record.has(parts, name) ? table : Object.hasOwn(others, name) ? others[name] : undefined

NodeRuntime.runMain(
  bench === undefined
    ? Effect.andThen(usage, Effect.fail("no such bench"))
    : Effect.andThen(Effect.flatMap(machine, Console.log), bench),
  { disableErrorReporting: bench === undefined }
)
