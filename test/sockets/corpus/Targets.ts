import { ask, type Case, get, last, length, question, request, smuggled } from "./Case.ts"

const target = (name: string, target: string, odd: Pick<Case, "answers" | "but">): Case => ({
  name,
  sent: () => get([], target) + last,
  ...odd
})

const start = (name: string, line: string, odd: Partial<Case> = {}): Case => ({
  name,
  sent: (account) => request(line, ["Host: service"]) + smuggled(account),
  answers: [400],
  ...odd
})

const upgrade = (name: string, headers: ReadonlyArray<string>): Case => ({
  name: `an upgrade to ${name}, which is not one`,
  sent: () => get([...headers, "Connection: close"]),
  answers: [200]
})

const versions = { but: { bun: [505] } }

export const targets: ReadonlyArray<Case> = [
  target("the absolute form", "http://service/api/status", { answers: [200, 200] }),
  target("the absolute form of another host", "http://elsewhere/api/status", { answers: [200, 200] }),
  target("the absolute form of another scheme", "ftp://elsewhere/api/status", {
    answers: [404, 200],
    but: { deno: [200, 200], bun: [400] }
  }),
  target("the authority form", "service:80", { answers: [400] }),
  target("the asterisk form", "*", { answers: [404, 200], but: { deno: [400], bun: [400] } }),
  target("no slash", "api/status", { answers: [400] }),
  target("two slashes", "//elsewhere/api/status", { answers: [404, 200] }),
  target("a fragment", "/api/status#fragment", { answers: [200, 200] }),
  target("a target of 20 kB", `/${"x".repeat(20_000)}`, { answers: [431], but: { deno: [431, 200] } }),
  target("a target that is not ASCII", "/api/status\xff", { answers: [400], but: { bun: [404, 200] } }),
  start("no target", "GET  HTTP/1.1"),
  start("a NUL in the target", "GET /api/status\0 HTTP/1.1", versions),
  start("a blank in the target", "GET /api/status x HTTP/1.1", versions),
  start("tabs for blanks", "GET\t/api/status\tHTTP/1.1", versions),
  start("HTTP/0.9", "GET /api/status", versions),
  start("HTTP/1.2", "GET /api/status HTTP/1.2", versions),
  start("HTTP/2.0", "GET /api/status HTTP/2.0", versions),
  start("HTTP in lower case", "GET /api/status http/1.1", versions),
  start("a method in lower case", "get /api/status HTTP/1.1", {
    sent: () => get().replace("GET", "get") + last,
    but: { deno: [200, 200], bun: [] }
  }),
  start("a method that nobody knows", "BREW /api/status HTTP/1.1", {
    sent: () => get().replace("GET", "BREW") + last,
    but: { deno: [404, 200], bun: [] }
  }),
  start("TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
  { name: "HTTP/1.0", sent: () => "GET /api/status HTTP/1.0\r\n\r\n", answers: [200] },
  {
    name: "CONNECT",
    sent: () => request("CONNECT elsewhere:443 HTTP/1.1", ["Host: elsewhere:443", "Connection: close"]),
    answers: [404],
    but: { node: [] }
  },
  { name: "empty lines first", sent: () => `\r\n\r\n${last}`, answers: [200], but: { bun: [400] } },
  {
    name: "an expectation",
    sent: (account) => ask([length(question(account)), "Expect: 100-continue", "Connection: close"], question(account)),
    answers: [100, 200]
  },
  {
    name: "an expectation that nobody knows",
    sent: (account) => ask([length(question(account)), "Expect: 200-ok", "Connection: close"], question(account)),
    answers: [200]
  },
  {
    name: "an expectation for what is refused",
    sent: () => ask(["Content-Length: 300000", "Expect: 100-continue", "Connection: close"], ""),
    leaving: "ends",
    answers: [413],
    but: { deno: [100, 413], bun: [100, 413] }
  },
  upgrade("HTTP/2", [
    "Connection: Upgrade, HTTP2-Settings",
    "Upgrade: h2c",
    "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA"
  ]),
  upgrade("WebSocket", ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"])
]
