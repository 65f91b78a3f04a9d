import { Cache, Effect, Exit, Path } from "effect"
import { HttpRouter, type HttpServerRequest, HttpServerResponse } from "effect/http"
import { Disk } from "../runtimes/Disk.ts"
import * as Document from "../openapi/Document.ts"
import * as Asset from "./Asset.ts"
import * as SecurityHeaders from "./SecurityHeaders.ts"

/** Where the API's reference is: its OpenAPI document, and a page that shows it and needs nothing from elsewhere. */
export const addresses = [
  "/openapi.json",
  "/docs",
  "/docs/swagger-ui.css",
  "/docs/swagger-ui-bundle.js",
  "/docs/start.js"
] as const
type Address = (typeof addresses)[number]

/**
 * Each is made when it is first asked for, since most servers are never asked. Where there is no disk to read the page's
 * own files from, there is the document alone.
 */
export const layer = HttpRouter.use(
  Effect.fnUntraced(function* (router) {
    const disk = yield* Disk
    const assets = yield* Cache.makeWith(make, {
      capacity: addresses.length,
      timeToLive: (exit) => (Exit.isSuccess(exit) ? "Infinity" : 0)
    })
    for (const address of disk === undefined ? addresses.slice(0, 1) : addresses) {
      const headers = address === "/docs" ? SecurityHeaders.of("reference") : {}
      yield* router.add("GET", address, (request) =>
        address === "/docs" && isFolder(request)
          ? Effect.succeed(HttpServerResponse.redirect("../docs", { status: 308 }))
          : Effect.map(Cache.get(assets, address), (asset) => Asset.respond(asset, request, headers))
      )
    }
  })
)

/** The router takes `/docs/` for `/docs`, where the page's addresses would be others. */
const isFolder = ({ url }: HttpServerRequest.HttpServerRequest) => /^[^?]*\/(\?|$)/.test(url)

const make = Effect.fnUntraced(function* (address: Address) {
  switch (address) {
    case "/openapi.json":
      return yield* Asset.make("application/json", utf8.encode(Document.make()))
    case "/docs":
      return yield* Asset.make("text/html; charset=utf-8", utf8.encode(page))
    case "/docs/swagger-ui.css":
      return yield* Asset.make(
        "text/css; charset=utf-8",
        yield* file(import.meta.resolve("swagger-ui-dist/swagger-ui.css"))
      )
    case "/docs/swagger-ui-bundle.js":
      return yield* Asset.make(
        "text/javascript; charset=utf-8",
        yield* file(import.meta.resolve("swagger-ui-dist/swagger-ui-bundle.js"))
      )
    case "/docs/start.js":
      return yield* Asset.make("text/javascript; charset=utf-8", utf8.encode(start))
  }
  // Whoever asks first makes it for all, and does not break it off by leaving.
}, Effect.uninterruptible)

const file = Effect.fnUntraced(function* (url: string) {
  const { readFile } = yield* Effect.fromNullishOr(yield* Disk)
  const { fromFileUrl } = yield* Path.Path
  return yield* Effect.flatMap(fromFileUrl(new URL(url)), readFile)
}, Effect.provide(Path.layer))

const utf8 = new TextEncoder()

/** Addresses are relative, so that the page works wherever the routes are mounted. */
const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>scnmnt API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="reference"></div>
<noscript>This page needs JavaScript. Without it, read the <a href="openapi.json">OpenAPI document</a>.</noscript>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`

/** https://swagger.io/docs/open-source-tools/swagger-ui/usage/configuration/ */
const start = `SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null
})
`
