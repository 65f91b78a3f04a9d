import type { Runtime } from "../../e2e/support/Runtime.ts"

/** One conversation on a line of its own, and what has to come of it. */
export interface Case {
  readonly name: string
  /** What the client sends, as Latin-1; the account has ten credits. */
  readonly sent: (account: string) => string
  /** How it goes on: by itself it waits for the server to end the line. */
  readonly leaving?: "ends" | "resets"
  /** The statuses of the answers until the server ends the line, which it always does. */
  readonly answers: ReadonlyArray<number>
  /** The same on runtimes that do otherwise: docs/runtimes.md explains each. */
  readonly but?: Readonly<Partial<Record<Runtime, ReadonlyArray<number> | Either>>>
  /** Pictures that are ordered by it, none unless told; on some runtimes alone, where it names them. */
  readonly orders?: number | Readonly<Partial<Record<Runtime, number>>>
}

/** One of these: a runtime that ends the line while a request is being answered sends that answer, or does not. */
export interface Either {
  readonly either: ReadonlyArray<ReadonlyArray<number>>
}

/** With the answer to what came before on the line, or without. */
export const perhapsAnswered = (...answers: ReadonlyArray<number>): Either => ({ either: [answers, [200, ...answers]] })

const line = "\r\n"

/** A request of this first line, these headers and this body. */
export const request = (start: string, headers: ReadonlyArray<string>, body = "") =>
  [start, ...headers, "", body].join(line)

export const get = (headers: ReadonlyArray<string> = [], target = "/api/status") =>
  request(`GET ${target} HTTP/1.1`, ["Host: service", ...headers])

/** The last request of a line: the server ends it. */
export const last = get(["Connection: close"])

/** Asks for an account's credits, with these headers to say how long the body is. */
export const ask = (framing: ReadonlyArray<string>, body: string, version = "1.1") =>
  request(
    `POST /api/quota/status HTTP/${version}`,
    ["Host: service", "Content-Type: application/json", ...framing],
    body
  )

/** The body that {@link ask} needs. */
export const question = (account: string) => JSON.stringify({ fingerprint: account })

export const length = (body: string) => `Content-Length: ${body.length}`

/** Says that the body comes in chunks. */
export const inChunks = "Transfer-Encoding: chunked"

export const chunk = (body: string) => `${body.length.toString(16)}${line}${body}${line}`
export const noMore = `0${line}${line}`
export const chunked = (body: string) => chunk(body) + noMore

/** Orders a picture, with these headers besides; it has a length of its own unless they say one. */
export const order = (account: string, headers: ReadonlyArray<string> = []) => {
  const body = JSON.stringify({ prompt: "a red fox", fingerprint: account })
  const framing = headers.some((header) => /^(Content-Length|Transfer-Encoding):/.test(header)) ? [] : [length(body)]
  const all = ["Host: service", "Content-Type: application/json", ...framing, ...headers]
  return request("POST /api/images/generate HTTP/1.1", all, body)
}

/** An order that hides in another request: if it is taken for one, it is a picture that nobody ordered. */
export const smuggled = (account: string) => order(account, ["Connection: close"])
