import { connect, type Socket } from "node:net"
import { Effect } from "effect"
import { field, fieldsOf, fileHead } from "../uploads/support/Upload.ts"

/** One who asks for something and goes away before he has it. */
export interface Visitor {
  readonly request: string | Buffer
  /** What he waits to see before he goes; without it he goes at any moment. */
  readonly sees?: string
}

interface Sights {
  readonly fingerprint: string
  /** A task that goes on and on, and one whose image is large. */
  readonly endless: string
  readonly large: string
}

export const visitors = ({ endless, fingerprint, large }: Sights): Readonly<Record<string, Visitor>> => ({
  "an order in JSON": { request: post("/api/images/generate", { prompt: "a red fox", fingerprint }) },
  "an upload in the middle": { request: upload(fieldsOf(fingerprint) + fileHead(), 100_000) },
  "an upload in its fields": { request: upload(field("prompt", "a red fox"), 0) },
  "an enhancement before its first token": { request: enhancement("a red fox #fault:chat-late") },
  "an enhancement after its first token": { request: enhancement("a red fox #fault:chat-stall"), sees: "content" },
  "a task's events": { request: get(`/api/images/tasks/${endless}/events`), sees: "queued" },
  "a wait for a task": { request: get(`/api/images/tasks/${endless}?wait=55`) },
  "an image in the middle": { request: get(`/api/images/tasks/${large}/image`), sees: "PNG" },
  "a task's status": { request: get(`/api/images/tasks/${endless}`) },
  "the server's status": { request: get("/api/status") }
})

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: service\r\n\r\n`

const post = (path: string, body: unknown) => {
  const json = JSON.stringify(body)
  return `POST ${path} HTTP/1.1\r\nHost: service\r\nContent-Type: application/json\r\nContent-Length: ${json.length}\r\n\r\n${json}`
}

const enhancement = (prompt: string) => post("/api/prompts/enhance", { prompt, direction: "details" })

const upload = (beginning: string, bytes: number) => {
  const head = "Host: service\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 4000000"
  return Buffer.concat([
    Buffer.from(`POST /api/images/generate HTTP/1.1\r\n${head}\r\n\r\n${beginning}`),
    Buffer.alloc(bytes, 7)
  ])
}

/** Comes, and is gone: by a reset of the line or in good order, at once or some milliseconds later. */
export const visit = (url: string, { request, sees }: Visitor, index: number) =>
  Effect.callback<void>((resume) => {
    const { hostname, port } = new URL(url)
    const socket = connect({ host: hostname, port: Number(port) })
    const leave = () => (index % 2 === 0 ? socket.resetAndDestroy() : socket.destroy())
    socket.on("error", () => {})
    socket.once("close", () => resume(Effect.void))
    socket.write(request, () => {
      if (sees === undefined) setTimeout(leave, index % 25)
    })
    if (sees !== undefined) onSight(socket, sees, leave)
    return Effect.sync(leave)
  })

const onSight = (socket: Socket, sees: string, then: () => void) => {
  let text = ""
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1")
    if (text.includes(sees)) then()
  })
}
