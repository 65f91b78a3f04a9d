import { TaskId } from "@scnmnt/core/TaskId"
import { Effect, Option, Stream } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { Client, isOver } from "../client/Client.ts"
import * as Flags from "./Flags.ts"
import * as Output from "./Output.ts"
import * as Picture from "./Picture.ts"
import * as ProgressBar from "./ProgressBar.ts"
import * as Session from "./Session.ts"
import * as TaskReport from "./TaskReport.ts"

const parameters = {
  id: Argument.String("id").pipe(Argument.withDescription("The task's id, a UUID"), Argument.withSchema(TaskId)),
  wait: Flag.Boolean("wait").pipe(Flag.withDescription("Answer once it has ended"), Flag.withDefault(false)),
  follow: Flag.Boolean("follow").pipe(
    Flag.withDescription("Tell every change until it has ended; with --json a line of JSON for each"),
    Flag.withDefault(false)
  ),
  ...Flags.destination,
  ...Flags.connection
}
type Input = Command.Command.Config.Infer<typeof parameters>

/** `scnmnt task`: how a task stands, and its picture. */
export const task = Command.make("task", parameters, (input) => Session.run(input)(show(input))).pipe(
  Command.validate((input) => Flags.oneOutput(input)),
  Command.withShortDescription("Show a task, follow it, or save its picture"),
  Command.withDescription(
    "Show how a task stands, follow it to its end, or with -o save its picture. Exits 1 if it failed."
  ),
  Command.withExamples([
    { command: "scnmnt task 6f1c2a34-0000-8000-8000-000000000000 --follow" },
    { command: "scnmnt task 6f1c2a34-0000-8000-8000-000000000000 -o lighthouse.png" }
  ])
)

const show = Effect.fnUntraced(function* (input: Input) {
  if (Option.isSome(input.output)) yield* Picture.checkPlace(input)
  const task = yield* lookUp(input)
  if (task.status === "failed") {
    yield* print(input, task)
    return yield* TaskReport.failureOf(task)
  }
  const file = Option.isSome(input.output) ? yield* save(input) : undefined
  if (!Option.contains(input.output, "-")) yield* print(input, task, file === undefined ? {} : { file })
})

/** The task now or, where that is asked for, at its end. */
const lookUp = Effect.fnUntraced(function* (input: Input) {
  const client = yield* Client
  if (!input.follow && !input.wait && Option.isNone(input.output)) return yield* client.task(input.id)
  const changes = client.follow(input.id)
  const last = !input.follow
    ? yield* Stream.runLast(changes)
    : input.json
      ? yield* Stream.runLast(Stream.tap(changes, (task) => (isOver(task) ? Effect.void : print(input, task))))
      : yield* ProgressBar.show(changes)
  return TaskReport.atEnd(input.id, last)
})

const save = Effect.fnUntraced(function* (input: Input) {
  const picture = yield* Client.use(({ image }) => image(input.id))
  return yield* Picture.keep({ taskId: input.id, ...picture }, input)
})

const print = Effect.fnUntraced(function* ({ json, server }: Input, task: TaskReport.AnyTask, details = {}) {
  yield* Output.line(json ? yield* TaskReport.inJson(task, details) : TaskReport.inWords(task, server, details))
})
