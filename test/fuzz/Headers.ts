import * as fc from "fast-check"
import { perhaps } from "./Mostly.ts"
import * as Oddities from "./Oddities.ts"
import type { Operation } from "./Operations.ts"
import { type Values, wordOf } from "./Values.ts"

/** A name in lower case, and a value. Names may repeat. */
export type Header = readonly [name: string, value: string]

/** Headers of an operation: such as it has, and others. */
export const make = (values: Values, { parameters }: Operation) => {
  const own = parameters
    .filter((parameter) => parameter.in === "header")
    .map(({ name, schema }) => ({ name: name.toLowerCase(), schema }))
  const fitting = fc
    .tuple(
      ...own.map(({ name, schema }) =>
        perhaps(values.fitting(schema, name).map((json): Header => [name, wordOf(json)]))
      )
    )
    .map((headers) => headers.flat())
  const names = [...own.map(({ name }) => name), "x-odd", "__proto__", "constructor"]
  const odd = fc.oneof(
    { weight: 20, arbitrary: fc.tuple(fc.constantFrom(...names), Oddities.text) },
    { weight: 20, arbitrary: fc.constantFrom(...Object.entries(ofHttp)).chain(ofHeader) },
    // More than the service reads.
    fc.constant<Header>(["x-odd", "x".repeat(17_000)])
  )
  return {
    fitting,
    odd: fc.tuple(fitting, fc.array(odd, { minLength: 1, maxLength: 5 })).map((headers) => headers.flat())
  }
}

const ofHeader = ([name, words]: readonly [string, ReadonlyArray<string>]) =>
  fc.tuple(fc.constant(name), fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...words) }, Oddities.text))

/** What HTTP or a browser puts there, and a server may do something about. */
const ofHttp: Readonly<Record<string, ReadonlyArray<string>>> = {
  accept: ["*/*", "text/html", ";;;", "application/json;q=x"],
  "accept-encoding": ["gzip", "br;q=1, *;q=0", "identity;q=0", ",,"],
  "access-control-request-method": ["POST"],
  authorization: ["Bearer x", "Basic !"],
  connection: ["keep-alive", "close", "upgrade", "te, content-length"],
  "content-encoding": ["gzip", "identity", "x"],
  cookie: ["a=b; a=c", "=;;="],
  expect: ["100-continue", "nonsense"],
  forwarded: ["for=1.2.3.4;host=other", "for="],
  host: ["", "service:99999", "[::1", "a b", "other/path", "user@service"],
  "if-match": ["*", '"x"'],
  "if-modified-since": ["Thu, 01 Jan 1970 00:00:00 GMT", "yesterday"],
  origin: ["null", "https://other.example", "http://service", "://"],
  "sec-fetch-site": ["cross-site", "same-site", "same-origin", "none", "odd"],
  te: ["trailers", "gzip"],
  traceparent: ["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "00-0-0-0", "ff-x"],
  tracestate: ["a=b", "=,="],
  upgrade: ["websocket", "h2c"],
  "x-forwarded-for": ["1.2.3.4", "::", "x, y"],
  "x-forwarded-proto": ["https", "javascript"],
  "x-http-method-override": ["DELETE", "GET"]
}
