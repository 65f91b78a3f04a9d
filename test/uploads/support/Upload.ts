import { once } from "node:events"
import { connect } from "node:net"
import { Effect } from "effect"
import { Service } from "../../e2e/support/Service.ts"

/** A request on a line of its own, that is sent as far as the test wants. */
export interface Upload {
  /** Sends this, as soon as the server takes it. */
  readonly send: (bytes: string | Uint8Array) => Effect.Effect<void>
  /** What has come back, once it is a whole answer, or the line has ended. */
  readonly answer: Effect.Effect<{ readonly status: number; readonly text: string }>
  /** Until the server has ended the line. */
  readonly ended: Effect.Effect<void>
  /** Leaves without a word. */
  readonly leave: Effect.Effect<void>
}

/** Begins a request with these headers, and no byte of its body. */
export const begin = Effect.fnUntraced(function* (headers: Readonly<Record<string, string | number>>) {
  const { hostname, port } = new URL((yield* Service).url)
  const socket = yield* Effect.acquireRelease(
    Effect.sync(() => connect({ host: hostname, port: Number(port), allowHalfOpen: true })),
    (socket) => Effect.sync(() => socket.destroy())
  )
  let text = ""
  socket.setEncoding("utf8")
  socket.on("data", (chunk: string) => (text += chunk))
  socket.on("error", () => {})
  const ended = new Promise<void>((resolve) => socket.once("end", resolve).once("close", () => resolve()))
  const send = (bytes: string | Uint8Array) =>
    Effect.promise(async () => {
      if (!socket.write(bytes) && !socket.destroyed) await Promise.race([once(socket, "drain"), ended])
    })
  const lines = Object.entries({ host: "service", ...headers }).map(([name, value]) => `${name}: ${value}`)
  yield* send(`POST /api/images/generate HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`)
  return {
    send,
    answer: Effect.promise(async () => {
      while (!text.endsWith("}")) if (!(await Promise.race([once(socket, "data"), ended]))) break
      return { status: Number(/^HTTP\/1.1 (\d+)/.exec(text)?.[1]), text: text.slice(text.indexOf("\r\n\r\n") + 4) }
    }),
    ended: Effect.promise(() => ended),
    leave: Effect.sync(() => socket.resetAndDestroy())
  } satisfies Upload
})

const form = { "content-type": "multipart/form-data; boundary=x" }

/** Begins a form that says how long it will be, by itself longer than any of these tests sends. */
export const beginForm = (length = 4_000_000) => begin({ ...form, "content-length": length })

/** Begins a JSON body of this length. */
export const beginJson = (length: number) => begin({ "content-type": "application/json", "content-length": length })

/** Begins a form that does not say how long it will be. What is sent goes as one chunk each. */
export const beginChunkedForm = Effect.fnUntraced(function* () {
  const upload = yield* begin({ ...form, "transfer-encoding": "chunked" })
  const send = (bytes: string | Uint8Array) => upload.send(chunk(bytes))
  return { ...upload, send, finish: upload.send("0\r\n\r\n") } satisfies ChunkedUpload
})

export interface ChunkedUpload extends Upload {
  /** Says that this was all. */
  readonly finish: Effect.Effect<void>
}

/** A chunk of HTTP's chunked coding. */
export const chunk = (bytes: string | Uint8Array) => {
  const content = Buffer.from(bytes)
  return Buffer.concat([Buffer.from(`${content.length.toString(16)}\r\n`), content, Buffer.from("\r\n")])
}

export const field = (name: string, value: string) =>
  `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`

/** The head of a file: its bytes come next, and then a line end. */
export const fileHead = (name = "image", fileName = "fox.png") =>
  `--x\r\nContent-Disposition: form-data; name="${name}"; filename="${fileName}"\r\nContent-Type: image/png\r\n\r\n`

export const end = "\r\n--x--\r\n"

/** The fields that every order has. */
export const fieldsOf = (fingerprint: string) => field("prompt", "a red fox") + field("fingerprint", fingerprint)
