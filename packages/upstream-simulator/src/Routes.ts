import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import { Clock, type Duration, Effect, type Option, Schema } from "effect"
import { HttpRouter, type HttpServerRequest, HttpServerResponse } from "effect/http"
import { errorBody, validationBody } from "./Bodies.ts"
import { enhance, tokens, userText } from "./ChatScript.ts"
import { plainManner, speak } from "./ChatStream.ts"
import type { Playbill, Scene } from "./Playbill.ts"
import type { ReceivedRequest } from "./ReceivedRequest.ts"
import type { Recorder } from "./Recorder.ts"
import type { TaskBook } from "./TaskBook.ts"
import { type Call, ChatRequest, type Mode, Submission } from "./Wire.ts"

export interface Stage {
  readonly apiKey: string
  readonly firstTokenAfter: Duration.Input
  readonly tokenEvery: Duration.Input
  readonly recorder: Recorder
  readonly playbill: Playbill
  readonly tasks: TaskBook
}

interface Visit {
  readonly request: HttpServerRequest.HttpServerRequest
  readonly received: ReceivedRequest
  readonly scene: Scene
}

type Handler = (visit: Visit) => Effect.Effect<HttpServerResponse.HttpServerResponse>

/** The upstream's wire, every call of it recorded, and spoiled by the faults that are on. */
export const layer = (stage: Stage) => {
  const served = serve(stage)
  return HttpRouter.addAll([
    HttpRouter.route("POST", "/api/image-tasks/generations", served("submit", submit(stage, "generate"))),
    HttpRouter.route("POST", "/api/image-tasks/edits", served("submit", submit(stage, "edit"))),
    HttpRouter.route("GET", "/api/image-tasks", served("look-up", lookUp(stage))),
    HttpRouter.route("GET", "/images/*", served("image", image(stage))),
    HttpRouter.route("POST", "/v1/chat/completions", served("chat", chat(stage))),
    HttpRouter.route(
      "*",
      "/*",
      served("other", () => Effect.succeed(notFound))
    )
  ])
}

const submit = ({ playbill, tasks }: Stage, mode: Mode): Handler =>
  Effect.fnUntraced(function* ({ received, request, scene }) {
    const submission = decodeSubmission(received.fields)
    if (submission._tag === "None") return json(validationBody("client_task_id", "prompt"), 422)
    const { client_task_id, model, prompt, quality, size } = submission.value
    const references = received.files.filter(({ field }) => field === "image" || field === "image[]")
    if (mode === "edit" && references.length === 0) {
      return json(errorBody("submit", 400, "image file or image_url is required"), 400)
    }
    const task = yield* tasks.submit(
      {
        id: client_task_id.trim(),
        mode,
        prompt,
        model: model ?? "gpt-image-2",
        size: size ?? "",
        quality: quality ?? "auto",
        references: references.map(({ bytes }) => bytes),
        origin: `http://${request.headers["host"] ?? ""}`
      },
      () => playbill.fateOf(scene)
    )
    return json(task)
  })

const lookUp =
  ({ tasks }: Stage): Handler =>
  ({ scene }) =>
    Effect.map(tasks.lookUp(scene.ids), (found) => json(found))

const image = ({ tasks }: Stage): Handler =>
  Effect.fnUntraced(function* ({ scene }) {
    const picture = yield* tasks.picture(scene.ids[0] ?? "")
    return picture === undefined ? notFound : HttpServerResponse.uint8Array(picture, { contentType: "image/png" })
  })

/** The upstream waits for the first token before it sends headers, so that an early failure is a plain JSON error. */
const chat = (stage: Stage): Handler =>
  Effect.fnUntraced(function* ({ received, request, scene }) {
    const asked = decodeChat(received.fields)
    if (asked._tag === "None" || asked.value.stream !== true) {
      return json(errorBody("chat", 400, "messages and stream: true are required"), 400)
    }
    const manner = { ...plainManner, ...(yield* stage.playbill.mannerOf(scene)) }
    yield* Effect.sleep(stage.firstTokenAfter)
    const now = yield* Clock.currentTimeMillis
    const cutLine = Effect.andThen(stage.recorder.dropped(received), endLine(request))
    const speech = {
      tokens: tokens(enhance(asked.value, received.body)),
      model: asked.value.model,
      created: Math.floor(now / 1000),
      manner,
      tokenEvery: stage.tokenEvery,
      cutLine
    }
    return HttpServerResponse.stream(speak(speech), {
      contentType: "text/event-stream; charset=utf-8",
      headers: { "cache-control": "no-cache", "x-accel-buffering": "no" }
    })
  })

/** Records the request, checks its key, and has its answer spoiled if a fault is on. Images need no key. */
const serve = (stage: Stage) => (call: Call, handler: Handler) =>
  Effect.fnUntraced(function* (request: HttpServerRequest.HttpServerRequest) {
    const received = yield* stage.recorder.receive(call, request)
    const scene = sceneOf(stage.tasks, received)
    if (call !== "image" && received.headers["authorization"] !== `Bearer ${stage.apiKey}`) {
      return json(errorBody(call, 401, "authorization is invalid"), 401)
    }
    const fault = yield* stage.playbill.answerTo(scene)
    const answer = handler({ request, received, scene })
    switch (fault?._tag) {
      case undefined:
        return yield* answer
      case "Reply":
        return fault.accepts ? yield* Effect.as(answer, fault.response) : fault.response
      case "LateHeaders":
        return yield* Effect.delay(Effect.succeed(yield* answer), fault.delay)
      case "DropLine":
        if (fault.accepts) yield* answer
        yield* stage.recorder.dropped(received)
        return yield* dropLine(request)
    }
  })

const sceneOf = (tasks: TaskBook, received: ReceivedRequest): Scene => {
  const { call, fields, path, query } = received
  const scene = (ids: ReadonlyArray<string>, prompts: ReadonlyArray<string>): Scene => ({ call, path, ids, prompts })
  const promptsOf = (ids: ReadonlyArray<string>) => ids.flatMap((id) => tasks.promptOf(id) ?? [])
  switch (call) {
    case "submit":
      return scene([fields["client_task_id"]].filter(isText), [fields["prompt"]].filter(isText))
    case "look-up": {
      const ids = (query["ids"] ?? "").split(",").flatMap((id) => id.trim() || [])
      return scene(ids, promptsOf(ids))
    }
    case "image": {
      const ids = [decodeURIComponent(path.replace(/^\/images\//, "").replace(/\.png$/, ""))]
      return scene(ids, promptsOf(ids))
    }
    case "chat": {
      const asked = decodeChat(fields)
      return scene([], asked._tag === "Some" ? [userText(asked.value)] : [])
    }
    case "other":
      return scene([], [])
  }
}

const decodeSubmission: (fields: unknown) => Option.Option<Submission> = Schema.decodeUnknownOption(Submission)

const decodeChat: (fields: unknown) => Option.Option<ChatRequest> = Schema.decodeUnknownOption(ChatRequest)

const isText = (value: unknown): value is string => typeof value === "string"

const json = (body: unknown, status = 200) => HttpServerResponse.jsonUnsafe(body, { status })

const notFound = json({ detail: "Not Found" }, 404)

/** Whoever drops the line never answers: the client's leaving ends the request. */
const dropLine = (request: HttpServerRequest.HttpServerRequest): Effect.Effect<never> =>
  Effect.andThen(
    Effect.sync(() => NodeHttpServerRequest.toIncomingMessage(request).socket.destroy()),
    Effect.never
  )

/** Unlike `dropLine`, lets through what was written before. */
const endLine = (request: HttpServerRequest.HttpServerRequest): Effect.Effect<never> =>
  Effect.andThen(
    Effect.sync(() => NodeHttpServerRequest.toIncomingMessage(request).socket.destroySoon()),
    Effect.never
  )
