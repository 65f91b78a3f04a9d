import { randomBytes, randomUUID } from "node:crypto"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import * as BareServer from "./BareServer.ts"
import type { Load } from "./Load.ts"
import * as LoadGenerator from "./LoadGenerator.ts"
import { dataFolder } from "./Machine.ts"
import * as Orders from "./Orders.ts"
import { alternate } from "./Rounds.ts"
import * as Service from "./Service.ts"
import { added, ratio } from "./Table.ts"
import * as Usage from "./Usage.ts"

const connections = 4
const megabyte = 1_000_000

/**
 * Edits with an image of 10 MB: the service looks at the form, keeps the image until its credit is taken, and sends it
 * on in a form of its own; the hop pipes a form of that size to the same upstream.
 */
export const upload = Effect.gen(function* () {
  const upstream = yield* BareServer.start("bareUpstream.ts")
  const service = yield* Service.start({ url: upstream.url, apiKey: "key" })
  yield* Orders.checkIn(service.url)
  const hop = yield* BareServer.start("bareHop.ts", upstream.url)
  const load = yield* LoadGenerator.start
  const folder = yield* dataFolder
  const send = (origin: string, path: string, fields: Readonly<Record<string, string>>) => {
    const file = join(folder, randomUUID())
    writeFileSync(file, form(fields))
    return load(sending(origin, path, file))
  }
  const taken = yield* alternate({
    hop: Usage.during(
      hop.pid,
      send(hop.url, "/api/image-tasks/edits", { client_task_id: randomUUID(), prompt: Orders.prompt, model: "m" })
    ),
    service: service.awake(
      Usage.during(
        service.pid,
        send(service.url, "/api/images/generate", { fingerprint: Orders.accounts[0], prompt: Orders.prompt })
      )
    )
  })
  return [
    ratio({
      what: `edit with 10 MB, ${connections} connections`,
      unit: "/s",
      baseline: taken.hop.map(({ value }) => value.perSecond),
      service: taken.service.map(({ value }) => value.perSecond),
      atLeast: 0.7
    }),
    added({
      what: `edit with 10 MB, ${connections} connections, peak of resident memory`,
      unit: "MB",
      baseline: taken.hop.map(({ peak }) => peak / megabyte),
      service: taken.service.map(({ peak }) => peak / megabyte)
    })
  ]
}).pipe(Effect.scoped)

const sending = (origin: string, path: string, file: string): Load => ({
  origin,
  method: "POST",
  headers: { "content-type": `multipart/form-data; boundary=${boundary}`, authorization: "Bearer key" },
  requests: [{ path, body: { file } }],
  connections,
  warmUp: 1000,
  counted: 3000,
  expected: { status: 200, text: `"status":"queued"` }
})

const boundary = "boundary-of-the-bench"

/** A form of these fields and of a PNG, as far as its first bytes tell. */
const form = (fields: Readonly<Record<string, string>>) => {
  const head = (name: string) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"`
  const texts = Object.entries(fields).map(([name, value]) => `${head(name)}\r\n\r\n${value}\r\n`)
  return Buffer.concat([
    Buffer.from(`${texts.join("")}${head("image")}; filename="a.png"\r\nContent-Type: image/png\r\n\r\n`),
    Buffer.from("89504e470d0a1a0a0000000d4948445200000040000000400806000000", "hex"),
    randomBytes(10 * megabyte),
    Buffer.from(`\r\n--${boundary}--\r\n`)
  ])
}
