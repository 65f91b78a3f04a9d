import { Data, Duration, Stream } from "effect"
import { HttpServerResponse } from "effect/http"
import { errorBody, errors, filler, htmlPage, refusals, validationBody } from "./Bodies.ts"
import type { Call } from "./Wire.ts"

/**
 * Something that goes wrong upstream. Three of the five spoil one answer (`Reply`, `DropLine`, `LateHeaders`),
 * `Fated` decides how the task ends that a submit starts, and `Mannered` how a chat stream is spoken.
 */
export type Fault = Data.TaggedEnum<{
  Reply: { readonly on: Call; readonly accepts: boolean; readonly response: HttpServerResponse.HttpServerResponse }
  DropLine: { readonly on: Call; readonly accepts: boolean }
  LateHeaders: { readonly on: Call; readonly delay: Duration.Duration }
  Fated: { readonly fate: Partial<Fate> }
  Mannered: { readonly manner: Partial<Manner> }
}>
export const Fault = Data.taggedEnum<Fault>()

/** What becomes of a task. */
export interface Fate {
  readonly queuedFor: Duration.Input
  readonly runsFor: Duration.Input
  /** Said instead of `queued` and `running`. */
  readonly workingStatus: string | undefined
  readonly endStatus: string
  readonly error: string | undefined
  /** `data` of the finished task, from the places where its picture can be had. */
  readonly data: (picture: PictureLinks) => unknown
  /** Accepted, and then never found by any look-up. */
  readonly missing: boolean
}

export interface PictureLinks {
  readonly origin: string
  readonly path: string
  readonly base64: () => string
}

/** How a chat stream is spoken. */
export interface Manner {
  readonly lineEnd: "\n" | "\r\n"
  readonly prefix: string
  /** A line that is strewn in between the frames. */
  readonly ping: string | undefined
  /** Cut chunks within a character of several bytes. */
  readonly splitCharacters: boolean
  readonly finishReason: boolean
  readonly done: boolean
  /** What happens after a few tokens, instead of the rest. */
  readonly breaksOff: "error" | "cut" | "stall" | undefined
}

interface On {
  readonly on?: Call
}

/** Any answer at all, after accepting the request or instead of that. */
export const reply = (response: HttpServerResponse.HttpServerResponse, options: On & { accepts?: boolean } = {}) =>
  Fault.Reply({ on: options.on ?? "submit", accepts: options.accepts ?? true, response })

/** The request is acted on (unless `accepts: false`), then the socket is destroyed without a byte. */
export const dropLine = (options: On & { accepts?: boolean } = {}) =>
  Fault.DropLine({ on: options.on ?? "submit", accepts: options.accepts ?? true })

/** The request is acted on, and its answer comes late: 90 s unless told. */
export const lateHeaders = (options: On & { delay?: Duration.Input } = {}) =>
  Fault.LateHeaders({ on: options.on ?? "submit", delay: Duration.fromInputUnsafe(options.delay ?? "90 seconds") })

/** Refused in the upstream's own words before anything starts, moderation's 400 included; 422 brings an array. */
export const refuse = (status: number, options: On & { message?: string; retryAfter?: string } = {}) => {
  const on = options.on ?? "submit"
  const message = options.message ?? refusals[status] ?? "upstream error"
  const body = status === 422 && on !== "chat" ? validationBody("prompt") : errorBody(on, status, message)
  const headers = options.retryAfter === undefined ? {} : { "retry-after": options.retryAfter }
  return reply(HttpServerResponse.jsonUnsafe(body, { status, headers }), { on, accepts: false })
}

/** Refused by the CDN in front of it, in HTML. */
export const refuseInHtml = (status: number, options: On = {}) =>
  reply(htmlPage(status), { on: options.on ?? "submit", accepts: false })

/** The task starts, and the answer says that it failed. */
export const acceptThenFail = (status = 500, options: On & { html?: boolean } = {}) => {
  const on = options.on ?? "submit"
  const json = HttpServerResponse.jsonUnsafe(errorBody(on, status, "upstream error"), { status })
  return reply(options.html === true ? htmlPage(status) : json, { on, accepts: true })
}

/** The task starts, and the answer is cut off in the middle of its JSON. */
export const brokenJson = (options: On = {}) =>
  reply(HttpServerResponse.text(`{"id": "7f3c`, { contentType: "application/json" }), { on: options.on ?? "submit" })

/** A look-up that is not answered. */
export const lookUpFails = (status = 502) => refuse(status, { on: "look-up" })

/** The status page of a CDN at the image's URL, with status 200. */
export const htmlImage = () => reply(htmlPage(200), { on: "image" })

/** A body of 60 MB that starts like a PNG; it says its length unless told not to. */
export const hugeImage = (options: { bytes?: number; saysLength?: boolean } = {}) => {
  const bytes = options.bytes ?? 60_000_000
  const length = options.saysLength === false ? {} : { contentLength: bytes }
  return reply(HttpServerResponse.stream(filler(bytes), { contentType: "image/png", ...length }), { on: "image" })
}

/** A PNG that comes in drops, one every second, and never to its end. */
export const drippingImage = () => {
  const drops = Stream.map(Stream.tick("1 second"), () => new Uint8Array(1))
  const response = HttpServerResponse.stream(Stream.concat(filler(1000), drops), { contentType: "image/png" })
  return reply(response, { on: "image" })
}

/** The image's URL sends its reader elsewhere: to the cloud's metadata address unless told. */
export const redirectedImage = (location = "http://169.254.169.254/latest/meta-data/") =>
  reply(HttpServerResponse.redirect(location), { on: "image" })

/** The file was cleaned away while its task still says success. */
export const goneImage = () =>
  reply(HttpServerResponse.jsonUnsafe({ detail: "Not Found" }, { status: 404 }), { on: "image" })

/** Any course of a task: every other fault of a task is one of these. */
export const fate = (changes: Partial<Fate>) => Fault.Fated({ fate: changes })

/** The task ends in `error`; an empty account pool and a rate limit show up in this way. */
export const fails = (error: string = errors.pool) => fate({ endStatus: "error", error, data: () => [] })

/** As some forks do: HTTP 200, and the task is at `error` already. */
export const failsAtOnce = (error: string = errors.pool) =>
  fate({ endStatus: "error", error, data: () => [], queuedFor: 0, runsFor: 0 })

/** The task runs when the upstream restarts, which ends it. */
export const fallsToRestart = () => fails(errors.restart)

export const neverEnds = () => fate({ runsFor: Duration.infinity })

/** The task takes this long and then succeeds; real ones took more than 20 minutes. */
export const takes = (runsFor: Duration.Input) => fate({ runsFor })

/** A status nobody has heard of, that never ends. */
export const unknownStatus = (workingStatus = "moderating") => fate({ workingStatus, runsFor: Duration.infinity })

/** How a fork words success: `succeeded`, `COMPLETED`, … */
export const endsWell = (endStatus: string) => fate({ endStatus })

/** How a fork words failure: `FAILED`, `canceled`, `expired`, `timeout`, … */
export const endsBadly = (endStatus: string, error: string = errors.pool) => fate({ endStatus, error, data: () => [] })

/** The task is accepted, and no look-up finds it; see also `forget` of the simulator. */
export const vanishes = () => fate({ missing: true })

export const pathOnlyUrl = () => fate({ data: ({ path }) => [{ url: path }] })

/** An absolute URL on another host. */
export const foreignUrl = (origin = "http://images.example.com") =>
  fate({ data: ({ path }) => [{ url: `${origin}${path}` }] })

export const base64Only = () => fate({ data: ({ base64 }) => [{ b64_json: base64() }] })

export const emptyData = () => fate({ data: () => [] })

export const nullData = () => fate({ data: () => null })

/** Any way of speaking: every other fault of a chat stream is one of these. */
export const manner = (changes: Partial<Manner>) => Fault.Mannered({ manner: changes })

/** `data: {"error": …}` followed by `data: [DONE]`, which is no success. */
export const chatError = () => manner({ breaksOff: "error" })

/** The socket ends in the middle of a frame. */
export const chatCut = () => manner({ breaksOff: "cut" })

/** Some tokens, then silence on an open line. */
export const chatStall = () => manner({ breaksOff: "stall" })

export const chatDoubleData = () => manner({ prefix: "data: data: " })

/** `: PING` between the frames, or `data: : PING` as one fork sends it. */
export const chatPing = (ping = ": PING") => manner({ ping })

export const chatCrlf = () => manner({ lineEnd: "\r\n" })

export const chatSplitCharacters = () => manner({ splitCharacters: true })

export const chatNoDone = () => manner({ done: false })

export const chatNoFinishReason = () => manner({ finishReason: false })
