import { IdempotencyKey } from "@scnmnt/core/IdempotencyKey"
import { Prompt } from "@scnmnt/core/Prompt"
import { Effect } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { Client } from "../client/Client.ts"
import * as Flags from "./Flags.ts"
import * as Output from "./Output.ts"
import * as Picture from "./Picture.ts"
import * as ProgressBar from "./ProgressBar.ts"
import * as ResumableOrder from "./ResumableOrder.ts"
import { Screen } from "./Screen.ts"
import * as Session from "./Session.ts"
import * as TaskReport from "./TaskReport.ts"

const parameters = {
  prompt: Argument.String("prompt").pipe(
    Argument.withDescription("What the picture is to show"),
    Argument.withSchema(Prompt)
  ),
  size: Flags.size.pipe(Flag.withDefault("1:1")),
  references: Flags.references,
  ...Flags.destination,
  account: Flags.account,
  key: Flag.String("key").pipe(
    Flag.withMetavar("KEY"),
    Flag.withDescription("Your own name for the order, in place of one that is kept until the order is done"),
    Flag.withSchema(IdempotencyKey),
    Flag.optional
  ),
  ...Flags.connection
}

/** `scnmnt generate`: a picture for a credit. */
export const generate = Command.make("generate", parameters, (input) => Session.run(input)(paint(input))).pipe(
  Command.validate((input) => Flags.oneOutput(input)),
  Command.withShortDescription("Order a picture for a credit, and save it"),
  Command.withDescription(
    "Order a picture for a credit, follow it to its end and save it; its path goes to stdout. A command that was interrupted is picked up by giving it again, and is not charged twice."
  ),
  Command.withExamples([
    { command: `scnmnt generate "a lighthouse at dusk" --size 16:9 -o lighthouse.png` },
    { command: `scnmnt generate "the same in winter" --reference lighthouse.png -o winter` }
  ])
)

const paint = Effect.fnUntraced(function* (input: ResumableOrder.Wish & Picture.Destination & Session.Connection) {
  yield* Picture.checkPlace(input)
  const order = yield* ResumableOrder.of(input)
  return yield* fulfil(input, order).pipe(ResumableOrder.resumable(input.server))
})

const fulfil = Effect.fnUntraced(function* (
  input: Picture.Destination & Session.Connection,
  order: ResumableOrder.ResumableOrder
) {
  const client = yield* Client
  const { id, prompt, remainingCredits } = yield* client.order(order)
  const task = TaskReport.atEnd(id, yield* ProgressBar.show(client.follow(id)))
  if (task.status !== "completed") {
    yield* order.done
    if (input.json) yield* Effect.flatMap(TaskReport.inJson(task), Output.line)
    return yield* TaskReport.failureOf(task)
  }
  const picture = yield* client.image(id).pipe(ResumableOrder.pictureOf(order))
  const file = yield* Picture.keep({ taskId: id, prompt, ...picture }, input)
  yield* order.done
  if (input.json) {
    const details = { prompt, key: order.key, remainingCredits, file }
    return yield* Effect.flatMap(TaskReport.inJson(task, details), Output.line)
  }
  yield* Screen.use(({ note }) => note(`  ${Session.counted(remainingCredits)} left`))
  if (file !== undefined) yield* Output.line(file)
})
