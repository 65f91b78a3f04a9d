import * as ImageTasks from "@scnmnt/core/ImageTasks"
import type { TaskId } from "@scnmnt/core/TaskId"
import type { QuotaStore } from "@scnmnt/core/ports/QuotaStore"
import type { SpendWatcher } from "@scnmnt/core/SpendWatcher"
import { Effect, Schema, Stream } from "effect"
import { HttpServerResponse } from "effect/http"
import { Task, UnknownTask } from "../api/ImagesApi.ts"
import * as EventStream from "./EventStream.ts"
import * as TaskView from "./TaskView.ts"

/**
 * A task's events: as it stands, at each change, and last at its end. Who has seen the last already, by its
 * `Last-Event-ID`, is told with 204 not to come back (WHATWG HTML, section 9.2.3).
 */
export const respond = Effect.fnUntraced(function* (id: TaskId, lastEventId: string | undefined) {
  const now = yield* ImageTasks.get(id).pipe(
    Effect.flatMap(TaskView.ofTask),
    Effect.catchTag("TaskUnknown", () => TaskView.ofUnknown(id))
  )
  if (isOver(now)) {
    return eventId(now) === lastEventId
      ? HttpServerResponse.empty({ status: 204 })
      : yield* EventStream.respond(Stream.fromEffect(event(now)), asTask)
  }
  const context = yield* Effect.context<QuotaStore | SpendWatcher>()
  const events = ImageTasks.follow(id).pipe(
    Stream.mapEffect(TaskView.ofTask),
    Stream.dropWhile((task) => eventId(task) === lastEventId),
    Stream.mapEffect(event),
    // Books that can't be reached end the stream, and the client comes back for the rest.
    Stream.catch(() => Stream.empty),
    Stream.provideContext(context)
  )
  return yield* EventStream.respond(events, asTask)
})

const asTask = { kind: "task", endsAtShutdown: true } as const

type View = Task | typeof UnknownTask.Type

const isOver = ({ status }: View) => status === "completed" || status === "failed"

/** What an event tells: a client that comes back with it has nothing to be told again. */
const eventId = (task: View) =>
  "progress" in task ? `${task.status}:${encodeURIComponent(task.progress)}` : task.status

const event = (task: View) =>
  encode(task).pipe(
    Effect.map((data) => `id: ${eventId(task)}\ndata: ${data}\n\n`),
    Effect.orDie
  )

const encode = Schema.encodeEffect(Schema.fromJsonString(Schema.Union([Task, UnknownTask])))
