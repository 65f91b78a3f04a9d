import { TaskId } from "@scnmnt/core/TaskId"
import { Context, Effect, Schema } from "effect"
import { HttpMethod, HttpRouter } from "effect/http"

/** What is known of the request at hand, for its answer, its log line, its metric and its span. */
export interface RequestRecord {
  readonly id: string
  /** One of HTTP's, or `_OTHER`, as OpenTelemetry calls what nobody knows: a client can make up any word. */
  readonly method: string
  /** The route's template; none while no route is found. */
  route: string | undefined
  taskId: TaskId | undefined
  /** What its answer gets of headers, whatever it becomes; by their names in lower case. */
  readonly headers: Record<string, string>
}

export const make = (id: string, method: string): RequestRecord => ({
  id,
  method: HttpMethod.isHttpMethod(method) ? method : "_OTHER",
  route: undefined,
  taskId: undefined,
  headers: { "x-request-id": id }
})

/** The record that this request's handlers add to. Outside of a request nobody reads it. */
export const RequestRecord = Context.Reference<RequestRecord>("@scnmnt/server/telemetry/RequestRecord", {
  defaultValue: () => make("", "")
})

/** The request is about this task. */
export const noteTask = (taskId: TaskId) =>
  Effect.map(RequestRecord, (record) => {
    record.taskId = taskId
  })

/**
 * Notes the route once it is found: it has to stand next to the router, whose context is gone further out. The id in a
 * task's path is the task's.
 */
export const layer = HttpRouter.middleware((app) => Effect.onExit(app, () => noteRoute), { global: true })

const noteRoute = Effect.contextWith((context: Context.Context<never>) => {
  const found = Context.getOrUndefined(context, HttpRouter.RouteContext)
  if (found !== undefined) {
    const record = Context.get(context, RequestRecord)
    record.route = found.route.path
    const { id } = found.params
    if (isTaskId(id)) record.taskId = id
  }
  return Effect.void
})

const isTaskId = Schema.is(TaskId)
