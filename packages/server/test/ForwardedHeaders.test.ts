import { createServer } from "node:http"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { assert, describe, it } from "@effect/vitest"
import * as ForwardedHeaders from "../src/http/ForwardedHeaders.ts"
import * as TrustedProxies from "../src/doors/TrustedProxies.ts"
import { Context, Effect, Layer, Option, Schema } from "effect"
import { HttpRouter, HttpServer, HttpServerRequest, HttpServerResponse } from "effect/http"

/** Says whom the server takes the client for. */
const whoAmI = HttpRouter.add(
  "GET",
  "/",
  Effect.map(HttpServerRequest.HttpServerRequest, ({ headers, protocol, remoteAddress }) =>
    HttpServerResponse.jsonUnsafe([Option.getOrNull(remoteAddress), headers["host"], protocol ?? null])
  )
)

/** What a server with this `TRUST_PROXY` takes a client on 127.0.0.1 for that sends these headers. */
const taken = Effect.fnUntraced(function* (trustProxy: string, headers: Readonly<Record<string, string>>) {
  const proxies = yield* Schema.decodeEffect(TrustedProxies.FromString)(trustProxy)
  const context = yield* HttpRouter.serve(whoAmI.pipe(Layer.provide(ForwardedHeaders.layer)), {
    disableLogger: true,
    disableListenLog: true
  }).pipe(
    Layer.provide(Layer.succeed(TrustedProxies.TrustedProxies, proxies)),
    Layer.provideMerge(NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" })),
    Layer.build
  )
  const url = HttpServer.formatAddress(Context.get(context, HttpServer.HttpServer).address)
  const ask = Effect.tryPromise(() => fetch(url, { headers: { ...headers, connection: "close" } }))
  // The second time, as no server is there for one request.
  const answer = yield* Effect.andThen(ask, ask)
  const said = yield* Effect.tryPromise(() => answer.text())
  return said.replace(new URL(url).host, "own")
}, Effect.scoped)

const one = { "x-forwarded-for": "203.0.113.7", "x-forwarded-host": "app.example", "x-forwarded-proto": "https" }

describe.concurrent("TRUST_PROXY", () => {
  it.live.each([
    ["false", one, ["127.0.0.1", "own", null]],
    ["true", one, ["203.0.113.7", "app.example", "https"]],
    ["true", {}, ["127.0.0.1", "own", null]],
    // The client wrote the first one itself.
    ["true", { "x-forwarded-for": "198.51.100.1, 203.0.113.7" }, ["203.0.113.7", "own", null]],
    ["2", { "x-forwarded-for": "198.51.100.1, 203.0.113.7, 10.0.0.2" }, ["203.0.113.7", "own", null]],
    ["2", { "x-forwarded-for": "203.0.113.7" }, ["203.0.113.7", "own", null]],
    [
      "127.0.0.0/8,10.0.0.0/8",
      { "x-forwarded-for": "198.51.100.1, 203.0.113.7, 10.0.0.2" },
      ["203.0.113.7", "own", null]
    ],
    ["127.0.0.0/8", { "x-forwarded-for": "203.0.113.7, 10.0.0.2" }, ["10.0.0.2", "own", null]],
    // Whoever is connected is not of these networks.
    ["10.0.0.0/8,fd00::/8", one, ["127.0.0.1", "own", null]],
    ["true", { "x-forwarded-for": "2001:db8::7" }, ["2001:db8::7", "own", null]],
    ["true", { "x-forwarded-for": "somebody" }, ["127.0.0.1", "own", null]],
    ["true", { ...one, "x-forwarded-host": "evil/../app.example" }, ["203.0.113.7", "own", "https"]],
    ["true", { ...one, "x-forwarded-proto": "gopher" }, ["203.0.113.7", "app.example", null]]
  ] as const)("%s with %o", ([trustProxy, headers, expected]) =>
    Effect.map(taken(trustProxy, headers), (said) => assert.deepStrictEqual(JSON.parse(said), expected))
  )

  it.each(["", "yes", "0", "-1", "1.5", "11", "10.0.0.0", "10.0.0.0/33", "10.0.0.1/8", "proxy.example"])(
    "can't be '%s'",
    (value) => assert.isTrue(Option.isNone(Schema.decodeOption(TrustedProxies.FromString)(value)))
  )
})
