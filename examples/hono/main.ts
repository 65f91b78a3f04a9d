// An app of Hono's with a page of its own, and all of scnmnt below /pictures. Nothing here needs to know of Effect but
// the layer that says what the host has. On Deno and Bun: FetchHost, and their own servers.
import { serve } from "@hono/node-server"
import { getConnInfo } from "@hono/node-server/conninfo"
import * as FetchHandler from "@scnmnt/server/FetchHandler"
import { MountPath } from "@scnmnt/server/MountPath"
import * as NodeHost from "@scnmnt/server/runtimes/NodeHost"
import { Layer } from "effect"
import { Hono } from "hono"

const host = Layer.merge(NodeHost.layer, Layer.succeed(MountPath, "/pictures"))
const scnmnt = await FetchHandler.open(host, process.env)

const app = new Hono()
app.get("/", (context) => context.text("The app itself"))
// With the client's address, which a Request does not tell and limits are counted by.
app.mount("/pictures", scnmnt.fetch, (context) => getConnInfo(context).remote)

const server = serve(
  { fetch: app.fetch, hostname: "127.0.0.1", port: Number(process.env["PORT"] ?? 3000) },
  ({ port }) => process.stdout.write(`listening on http://127.0.0.1:${port}\n`)
)

process.once("SIGTERM", () => {
  server.close()
  void scnmnt.close()
})
