import { ask, type Case, get, inChunks, last, length, order, perhapsAnswered, request, smuggled } from "./Case.ts"

/** Bun takes who closes his half of the line for one who has left. */
const left = (name: string, odd: Pick<Case, "sent"> & Partial<Case>): Case => ({
  name: `a line closed ${name}`,
  leaving: "ends",
  answers: [400],
  ...odd,
  but: { bun: [], ...odd.but }
})

const reset = (name: string, sent: Case["sent"]): Case => ({
  name: `a line reset ${name}`,
  sent,
  leaving: "resets",
  answers: []
})

const longer = ["Content-Length: 1000"]
const half = "POST /api/images/generate HTTP/1.1\r\nHost: serv"

/** A refusal says nothing of the body, which is not the next request. */
const refused = (name: string, status: number, start: string, headers: ReadonlyArray<string>): Case => ({
  name: `a body that is a request, refused for ${name}`,
  sent: (account) => {
    const body = smuggled(account)
    return request(start, ["Host: service", ...headers, length(body)], body) + last
  },
  answers: [status, 200]
})

const generate = "POST /api/images/generate HTTP/1.1"
const json = "Content-Type: application/json"

/** An order, and then this: the order gets its answer and no other. */
const followed = (name: string, next: string, odd: Partial<Case>): Case => ({
  name: `an order and then ${name}`,
  sent: (account) => order(account) + next,
  answers: [200],
  orders: 1,
  ...odd
})

export const lines: ReadonlyArray<Case> = [
  left("at once", { sent: () => "", answers: [] }),
  left("within the headers", { sent: () => half, but: { deno: [] } }),
  left("after the headers", { sent: (account) => order(account, longer).replace(/\{.*$/, "") }),
  left("within the body", { sent: (account) => order(account, longer) }),
  left("within a chunk", { sent: (account) => order(account, [inChunks]).replace("{", "ff\r\n{") }),
  left("before the last chunk", {
    sent: (account) =>
      order(account, [inChunks]).replace(/\{.*$/, (body) => `${body.length.toString(16)}\r\n${body}\r\n`)
  }),
  reset("within the headers", () => half),
  reset("after the headers", (account) => order(account, longer).replace(/\{.*$/, "")),
  reset("within the body", (account) => order(account, longer)),
  {
    name: "a bad request and an order",
    sent: (account) => `GET / HTTP/1.1\r\nHost : x\r\n\r\n${smuggled(account)}`,
    answers: [400]
  },
  { name: "the end of a line and an order", sent: (account) => last + smuggled(account), answers: [200] },
  {
    name: "a body that is not all there, and an order in it",
    sent: (account) => ask(["Content-Length: 300000", "Connection: close"], "{") + smuggled(account),
    leaving: "ends",
    answers: [413]
  },
  {
    name: "a GET with a body that is an order",
    sent: (account) => get([length(smuggled(account))]) + smuggled(account) + last,
    answers: [200, 200]
  },
  {
    name: "a GET with a chunk that is an order",
    sent: (account) =>
      get([inChunks]) + `${smuggled(account).length.toString(16)}\r\n${smuggled(account)}\r\n0\r\n\r\n` + last,
    answers: [200, 200]
  },
  refused("its type", 415, generate, ["Content-Type: text/plain"]),
  refused("its origin", 403, generate, [json, "Sec-Fetch-Site: cross-site"]),
  refused("its address", 404, "POST /nowhere HTTP/1.1", [json]),
  refused("its method", 405, "PUT /api/status HTTP/1.1", [json]),
  refused("its headers", 431, generate, [json, ...Array.from({ length: 100 }, (_, index) => `X-${index}: 1`)]),
  {
    name: "a body that is requests, refused for its size",
    sent: (account) =>
      ask(["Content-Length: 300000", "Connection: close"], smuggled(account).repeat(2_000).slice(0, 300_000)),
    answers: [413]
  },
  followed("no HTTP", "NO HTTP\r\n\r\n", { but: { deno: [200, 400], bun: perhapsAnswered(400) } }),
  followed("broken chunks", ask([inChunks], "g\r\n"), { but: { bun: perhapsAnswered() } }),
  followed("headers that are too large", get([`X: ${"x".repeat(100_000)}`]), {
    but: { deno: [200, 400], bun: perhapsAnswered(431) }
  }),
  followed("half a request", half, { leaving: "ends", but: { deno: [], bun: perhapsAnswered() } })
]
