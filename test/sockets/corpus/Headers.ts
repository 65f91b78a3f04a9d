import { type Case, get, last, request, smuggled } from "./Case.ts"

const start = "GET /api/status HTTP/1.1"

const lines = (name: string, headers: string, odd: Partial<Case> = {}): Case => ({
  name,
  sent: (account) => `${start}\r\n${headers}\r\n\r\n${smuggled(account)}`,
  answers: [400],
  ...odd
})

/** With what is in order but for this. */
const passes = (name: string, headers: ReadonlyArray<string>, odd: Partial<Case> = {}): Case => ({
  name,
  sent: () => request(start, headers) + last,
  answers: [200, 200],
  ...odd
})

const many = (count: number, value = "1") => Array.from({ length: count }, (_, index) => `X-${index}: ${value}`)

export const headers: ReadonlyArray<Case> = [
  lines("a bare LF after a header", "Host: service\nX: 1", {
    but: { deno: [200, 200] },
    sent: () => `${start}\r\nHost: service\nX: 1\r\n\r\n${last}`
  }),
  lines("bare LFs alone", "", {
    sent: () => get().replaceAll("\r\n", "\n") + last,
    but: { deno: [200, 200], bun: [505] }
  }),
  lines("bare LFs that end the headers", "Host: service\r\nX: 1", {
    sent: (account) => `${start}\r\nHost: service\r\nX: 1\n\n${smuggled(account)}`,
    but: { deno: [200, 200] },
    orders: { deno: 1 }
  }),
  lines("a CR in a header", "Host: service\r\nX: 1\rY: 2"),
  lines("CRs at the end of the headers", "", {
    sent: (account) => `${start}\r\nHost: service\r\r${smuggled(account)}`
  }),
  lines("a folded header", "Host: service\r\nX: 1\r\n folded"),
  lines("a folded first header", " X: 1\r\nHost: service"),
  lines("a blank before the colon", "Host : service"),
  lines("a NUL in a header", "Host: service\r\nX: a\0b"),
  lines("a NUL in a header's name", "Host: service\r\nX\0: 1"),
  lines("a control character in a header", "Host: service\r\nX: a\x01b"),
  passes("a DEL in a header", ["Host: service", "X: a\x7fb"], { answers: [400], but: { bun: [200, 200] } }),
  lines("a header's name that is not ASCII", "Host: service\r\nX\xe9: 1"),
  lines("a header without a name", "Host: service\r\n: 1"),
  lines("a header without a colon", "Host: service\r\nX"),
  passes("no Host", [], { answers: [400], but: { deno: [200, 200], bun: [400] } }),
  lines("two Hosts", "Host: service\r\nHost: elsewhere"),
  lines("one Host twice", "Host: service\r\nHost: service"),
  passes("a Host that is a list", ["Host: service, elsewhere", "Connection: close"], { answers: [400] }),
  passes("a Host with a path", ["Host: service/metrics?", "Connection: close"], { answers: [400] }),
  passes("a Host with a user", ["Host: user@service", "Connection: close"], { answers: [400] }),
  passes("a Host with a blank", ["Host: ser vice", "Connection: close"], { answers: [400] }),
  passes("a Host of a port alone", ["Host: :80"]),
  passes("an empty Host", ["Host:"]),
  passes("101 headers", ["Host: service", ...many(100)], { answers: [431, 200] }),
  passes("5,000 headers", ["Host: service", ...many(5_000)], { answers: [431], but: { deno: [400] } }),
  passes("a header of 20 kB", ["Host: service", `X: ${"x".repeat(20_000)}`], {
    answers: [431],
    but: { deno: [431, 200] }
  }),
  passes("a header's name of 20 kB", ["Host: service", `${"x".repeat(20_000)}: 1`], {
    answers: [431],
    but: { deno: [431, 200] }
  }),
  passes("a hundred headers of 1 kB", ["Host: service", ...many(98, "x".repeat(1_000))], {
    answers: [431],
    but: { deno: [400] }
  }),
  passes("a connection that is not to forward the length", ["Host: service", "Connection: Content-Length"])
]
