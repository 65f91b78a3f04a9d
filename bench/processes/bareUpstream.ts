import { createServer, type IncomingMessage } from "node:http"
import { announce } from "../Announcement.ts"

/**
 * The upstream's wire for edits, with nothing behind it: the simulator takes a form apart and keeps its images, which
 * would be what is measured. Every task has come to its end when it is looked up.
 */
const server = createServer((request, response) => {
  const answer = (body: unknown) =>
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body))
  if (request.method === "GET") {
    const ids = new URL(request.url ?? "", "http://upstream").searchParams.get("ids")?.split(",") ?? []
    answer({ items: ids.map((id) => task(id, "success", request)), missing_ids: [] })
    return
  }
  let id = ""
  request.on("data", (chunk: Buffer) => {
    if (id === "") id = /name="client_task_id"\r\n\r\n(.*)\r\n/.exec(chunk.toString("latin1", 0, 1000))?.[1] ?? ""
  })
  request.on("end", () => answer(task(id, "queued", request)))
})

const task = (id: string, status: string, { headers }: IncomingMessage) => ({
  id,
  status,
  mode: "edit",
  model: "gpt-image-2",
  size: "1:1",
  quality: "auto",
  created_at: "2026-01-01 12:00:00",
  updated_at: "2026-01-01 12:00:00",
  ...(status === "success" && { data: [{ url: `http://${headers.host}/images/${id}.png` }] })
})

announce(server)
