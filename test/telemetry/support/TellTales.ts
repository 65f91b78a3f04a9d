import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect, Fiber } from "effect"
import * as Books from "../../e2e/support/Books.ts"
import { asJson, formOf, post, request } from "../../e2e/support/Client.ts"
import { enhance } from "../../e2e/support/Enhancement.ts"
import { file, png } from "../../e2e/support/Fixtures.ts"
import { holdSubmission, submittedId } from "../../e2e/support/Upstream.ts"
import { follow, imagePath, taskIdOf } from "../../e2e/support/Jobs.ts"
import { freshUpstream } from "../../e2e/support/Service.ts"
import { openStream } from "../../e2e/support/TextStream.ts"
import { sendRaw } from "../../e2e/support/RawSocket.ts"

/** What must never be seen: of everything that a client sends, one word that stands nowhere else. */
export const words = {
  prompt: "tattletale-prompt",
  fingerprint: "tattletale-account",
  key: "tattletale-idempotency",
  path: "tattletale-path",
  query: "tattletale-query",
  header: "tattletale-header",
  fileName: "tattletale-file",
  apiKey: "tattletale-api-key",
  requestId: "tattletale request id"
}

const fingerprint = words.fingerprint
const prompt = `a red fox ${words.prompt}`
const headers = {
  authorization: `Bearer ${words.header}`,
  cookie: words.header,
  "user-agent": words.header,
  "x-forwarded-for": words.header,
  "x-request-id": words.requestId
}
const generate = (key: string, more: Readonly<Record<string, unknown>> = {}) =>
  post(
    "/api/images/generate",
    { prompt, fingerprint, ...more },
    { ...headers, "idempotency-key": `${words.key}-${key}` }
  )

/** Requests of every kind, each with tell-tale words wherever a client can put some. */
export const drive = Effect.gen(function* () {
  const { play } = yield* UpstreamSimulator
  yield* post("/api/quota/check-in", { fingerprint }, headers)
  yield* post("/api/quota/status", { fingerprint }, headers)

  const id = yield* taskIdOf(yield* generate("1"))
  yield* (yield* openStream(`/api/images/tasks/${id}/events?${words.query}`, { headers })).readAll
  yield* follow(id)
  yield* request(`${imagePath(id)}?${words.query}=${words.query}`, { headers })
  yield* request(`/api/images/tasks/${id}?wait=1`, { headers })
  yield* request("/api/images/generate", {
    method: "POST",
    headers,
    body: formOf({ prompt, fingerprint }, [file(`${words.fileName}.png`, png("a fox"))])
  })
  yield* (yield* enhance({ prompt, direction: "details" }, headers)).readAll

  yield* badRequests
  yield* upstreamFailures(play)
  yield* defect
  yield* brokenBooks(id)
})

const badRequests = Effect.gen(function* () {
  yield* generate("1", { prompt: `${prompt} of another kind` })
  yield* generate("2", { fingerprint: `not valid: ${fingerprint}` })
  yield* generate("2", { prompt: [prompt] })
  yield* post("/api/prompts/enhance", { prompt, direction: words.prompt })
  for (const body of [`{"prompt": "${prompt}`, prompt, `{"fingerprint": ${fingerprint}}`]) {
    yield* request("/api/images/generate", { ...asJson(""), body })
  }
  yield* request(`/${words.path}/${fingerprint}?prompt=${words.query}`, { headers })
  yield* request(`/api/images/tasks/${words.path}`, { headers })
  yield* request(`/api/images/tasks/${words.path}/events`, { method: "DELETE", headers })
  yield* request("/api/images/generate", {
    method: "POST",
    body: formOf({ prompt, fingerprint }, [file(`${words.fileName}.png`, words.fileName)])
  })
  yield* sendRaw(`GET /${words.path} HTTP/1.1\r\n${words.header}\r\n\r\n`)
  yield* sendRaw(`${words.path} /${words.path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
})

/** Whatever the upstream says, the prompt included, which moderation likes to repeat. */
const upstreamFailures = Effect.fnUntraced(function* (play: UpstreamSimulator["Service"]["play"]) {
  const echo = { message: `not allowed: ${prompt}, for ${JSON.stringify(prompt)}` }
  for (const [index, fault] of [
    Fault.refuse(400, echo),
    Fault.refuse(401, echo),
    Fault.failsAtOnce(echo.message),
    Fault.dropLine(),
    Fault.brokenJson()
  ].entries()) {
    yield* play(fault)
    yield* generate(`upstream-${index}`)
  }
  for (const fault of [Fault.refuse(400, { on: "chat", ...echo }), Fault.dropLine({ on: "chat" }), Fault.chatError()]) {
    yield* play(fault)
    yield* (yield* enhance({ prompt, direction: "creative" }, headers)).readAll
  }
})

/** A spend that is gone from under its order. */
const defect = Effect.gen(function* () {
  yield* freshUpstream
  const { answer } = yield* holdSubmission({ status: 400 })
  const ordering = yield* Effect.forkChild(generate("defect"))
  const id = yield* submittedId
  const books = yield* Books.past
  books.prepare("DELETE FROM spends WHERE task_id = ?").run(id)
  yield* answer({ detail: { error: prompt } })
  yield* Fiber.join(ordering)
}).pipe(Effect.scoped)

/** A database that quotes in its errors what it was given: to an order, and to the watcher that takes up an open spend. */
const brokenBooks = Effect.fnUntraced(function* (id: string) {
  const books = yield* Books.past
  books.exec(`
    CREATE TRIGGER quoting BEFORE INSERT ON spends
      BEGIN SELECT RAISE(ABORT, '${fingerprint} can''t have ${prompt}'); END;
    UPDATE spends SET state = 'Open', reason = NULL, lease_until = 0`)
  yield* generate("3")
  yield* request(`/api/images/tasks/${id}`)
  yield* request("/readyz")
}, Effect.scoped)
