import { openSync, writeSync } from "node:fs"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { announce } from "../Announcement.ts"

/**
 * A sketch of the status route past Effect, with what it promises: a look into the books, the limits, the headers, the
 * id, the metric and the log line. It is what a second way through the service could save, for this route on Node alone.
 */
const [, , taskId = "", folder = "."] = process.argv

const database = new DatabaseSync(join(folder, "plain.db"))
database.exec("PRAGMA journal_mode = WAL")
database.exec(`CREATE TABLE spends (task_id TEXT NOT NULL UNIQUE, account TEXT, request_hash TEXT, mode TEXT, size TEXT,
  trace_parent TEXT, state TEXT, reason TEXT, opening INTEGER, lease_holder TEXT, lease_until INTEGER,
  created_at INTEGER, updated_at INTEGER) STRICT`)
database
  .prepare("INSERT INTO spends VALUES (?, 'account', 'hash', 'text', '1:1', NULL, 'Settled', NULL, 1, 'me', 0, 0, 0)")
  .run(taskId)
const spendOf = database.prepare("SELECT * FROM spends WHERE task_id = ?")

const answer = (request: IncomingMessage, response: ServerResponse) => {
  const begun = process.hrtime.bigint()
  const id = nextId(request.headers["x-request-id"])
  const client = request.socket.remoteAddress ?? "unknown"
  const left = takeOne(client)
  const task = left < 0 || !isRead(request) ? undefined : taskAt(request.url)
  const body = task === undefined ? '{"code":500}' : JSON.stringify({ code: 0, message: "ok", data: task })
  const status = task === undefined ? 500 : 200
  places.set(client, (places.get(client) ?? 0) + 1)
  response.on("close", () => places.set(client, (places.get(client) ?? 1) - 1))
  response.writeHead(status, {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    "x-request-id": id,
    "ratelimit-policy": `"all";q=${requests};w=${window}`,
    ratelimit: `"all";r=${left};t=1`
  })
  response.end(body)
  report(id, status, Number(process.hrtime.bigint() - begun) / 1e9)
}

let count = 0
const nextId = (given: string | Array<string> | undefined) =>
  typeof given === "string" && /^[\w.:-]{1,64}$/.test(given) ? given : `plain-${(++count).toString(36)}`

const requests = 1_000_000_000
const window = 1
const buckets = new Map<string, { left: number; refilledAt: number }>()
const takeOne = (client: string) => {
  const now = Date.now()
  const { left, refilledAt } = buckets.get(client) ?? { left: requests, refilledAt: now }
  const refilled = Math.min(requests, left + Math.floor(((now - refilledAt) * requests) / (window * 1000)))
  buckets.delete(client)
  buckets.set(client, { left: refilled - 1, refilledAt: now })
  return refilled - 1
}

/** Those that each client has in flight. */
const places = new Map<string, number>()

/** Whether its line, its host and its headers are such as are read at all. */
const isRead = ({ headers, method, rawHeaders, url = "" }: IncomingMessage) =>
  method === "GET" &&
  /^([\w.~!$&'()*+;=%-]*|\[[\da-f:.]+\])(:\d*)?$/i.test(headers.host ?? "") &&
  rawHeaders.length <= 200 &&
  rawHeaders.reduce((sum, text) => sum + text.length + 2, url.length) <= 16_384

const address = /^\/api\/images\/tasks\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/
const taskAt = (url = "") => {
  const [, id = ""] = address.exec(url) ?? []
  const spend = spendOf.get(id)
  return (
    spend && {
      id,
      mode: spend["mode"],
      size: spend["size"],
      status: spend["state"] === "Settled" ? "completed" : "running",
      image: `/api/images/tasks/${id}/image`,
      createdAt: new Date(Number(spend["created_at"])).toISOString(),
      updatedAt: new Date(Number(spend["updated_at"])).toISOString()
    }
  )
}

const boundaries = [0.001, 0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60]
const durations = new Map<number, Uint32Array>()
const log = openSync(join(folder, "plain.log"), "a")
let lines: Array<string> = []
const report = (id: string, status: number, seconds: number) => {
  const counts = durations.get(status) ?? new Uint32Array(boundaries.length + 1)
  const bucket = boundaries.findIndex((boundary) => seconds <= boundary)
  counts[bucket] = (counts[bucket] ?? 0) + 1
  durations.set(status, counts)
  lines.push(
    `${new Date().toISOString().slice(11, 23)} INFO  request method=GET route=/api/images/tasks/:id status=${status} milliseconds=${Math.round(seconds * 1e4) / 10} requestId=${id} taskId=${taskId}\n`
  )
  if (lines.length === 1) setImmediate(write)
}
const write = () => {
  writeSync(log, lines.join(""))
  lines = []
}

announce(createServer(answer))
