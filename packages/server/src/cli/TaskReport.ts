import { Effect, Option, Schema } from "effect"
import { Task, UnknownTask } from "../api/ImagesApi.ts"
import { CommandFailed, exitCodes } from "./CommandFailed.ts"
import { printable } from "./Screen.ts"

const AnyTask = Schema.Union([Task, UnknownTask])
export type AnyTask = typeof AnyTask.Type

/** What is known of a task that was followed to its end. */
export const atEnd = (id: AnyTask["id"], last: Option.Option<AnyTask>): AnyTask =>
  Option.getOrElse(last, () => ({ id, status: "failed" as const, error: "The server has told nothing of it." }))

/** A task as the API sends it, with what else there is to say of it, as a line of JSON. */
export const inJson = (task: AnyTask, details: Readonly<Record<string, unknown>> = {}) =>
  Effect.map(Effect.orDie(encode(task)), (task) => JSON.stringify({ ...task, ...details }))

const encode = Schema.encodeEffect(AnyTask)

/** A task in a line for each thing that people may want to know. */
export const inWords = (task: AnyTask, server: string, details: Readonly<Record<string, string>> = {}) =>
  Object.entries({
    id: task.id,
    status: task.status,
    ...("progress" in task && { step: task.progress }),
    ...("size" in task && { size: task.size }),
    ...("image" in task && { image: `${server}${task.image}` }),
    ...(task.error !== undefined && { error: task.error }),
    ...details
  })
    .map(([name, value]) => `${name.padEnd(8)}${printable(value)}`)
    .join("\n")

/** The end of a command whose task has no picture. */
export const failureOf = ({ error = "The task failed." }: AnyTask) =>
  new CommandFailed({
    error: "TaskFailed",
    message: `There is no picture. ${printable(error)}`,
    exitCode: exitCodes.failed
  })
