import { METHODS } from "node:http"
import * as fc from "fast-check"
import * as Bodies from "./Bodies.ts"
import * as Headers from "./Headers.ts"
import { mostly } from "./Mostly.ts"
import { type Operation, operations } from "./Operations.ts"
import * as Targets from "./Targets.ts"
import type { Values } from "./Values.ts"

/** A request as it goes over the wire. */
export interface Request {
  /** Which operation of the document it is made after. */
  readonly operation: Operation
  readonly method: string
  /** Here and in the headers' values a character stands for a byte. */
  readonly target: string
  readonly headers: ReadonlyArray<Headers.Header>
  readonly body: Buffer | undefined
}

/** Any request to a route of the document: as the document has it, or with this or that amiss. */
export const any = (values: Values): fc.Arbitrary<Request> =>
  fc.oneof(
    // The more there is that may be amiss, the oftener; most is in a body.
    ...operations.map((operation) => ({
      weight: 4 + operation.parameters.length + 6 * Object.keys(operation.bodies).length,
      arbitrary: of(values, operation)
    }))
  )

const of = (values: Values, operation: Operation) => {
  const headers = Headers.make(values, operation)
  const targets = Targets.make(values, operation)
  const bodies = Bodies.make(values, operation)
  const parts = fc.record({
    method: mostly(fc.constant(operation.method), fc.constantFrom(...oddMethods), 12),
    path: mostly(targets.path, targets.oddPath, 10),
    query: mostly(targets.query, targets.oddQuery, 8),
    headers: mostly(headers.fitting, headers.odd, 3),
    body: mostly(bodies.fitting, bodies.broken, 2),
    isChunked: mostly(fc.constant(false), fc.constant(true), 8)
  })
  return parts.map(({ body: { bytes, types }, headers, isChunked, method, path, query }): Request => ({
    operation,
    method,
    target: onWire(path + query).replaceAll(/[^\x21-\xff]/g, ""),
    headers: [
      ...(headers.some(([name]) => name === "host") ? [] : [["host", "service"] as const]),
      ...headers,
      ...types.map((type) => ["content-type", type] as const),
      ...(bytes === undefined ? [] : [isChunked ? chunked : (["content-length", String(bytes.length)] as const)])
    ].map(([name, value]) => [name, onWire(value).replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, "")] as const),
    body: bytes
  }))
}

/** All that Node's parser knows, but the one that asks for a tunnel; and some that nobody knows. */
const oddMethods = [...METHODS.filter((method) => method !== "CONNECT"), "FOO", "G", "X".repeat(300)]

const chunked = ["transfer-encoding", "chunked"] as const

/** Text as its bytes in UTF-8, each as a character. */
const onWire = (text: string) => Buffer.from(text).toString("latin1")
