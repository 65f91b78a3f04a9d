import { ask, type Case, chunk, chunked, inChunks, noMore, perhapsAnswered, question, smuggled } from "./Case.ts"

type Odd = Pick<Case, "answers" | "but" | "leaving">

/** Deno ends the line of a body that broke off without a word. */
const broken: Odd = { answers: [400], but: { deno: [] } }

/** Chunks as they are not meant to be. What follows them belongs to nobody. */
const wrong = (name: string, write: (body: string) => string, odd: Odd = broken): Case => ({
  name,
  sent: (account) => ask([inChunks], write(question(account)) + smuggled(account)),
  ...odd
})

/** Chunks that are right, or that some read. */
const odd = (name: string, write: (body: string) => string, odd: Odd): Case => ({
  name,
  sent: (account) => ask([inChunks, "Connection: close"], write(question(account))),
  ...odd
})

const sized = (size: (body: string) => string) => (body: string) => `${size(body)}\r\n${body}\r\n${noMore}`
const hex = (body: string) => body.length.toString(16)

/** Bun knows none. */
const trailers = (name: string, fields: string, odd: Pick<Case, "answers"> & Partial<Case>): Case => ({
  name,
  sent: (account) => ask([inChunks, "Connection: close"], `${chunk(question(account))}0\r\n${fields}\r\n`),
  ...odd,
  but: { bun: perhapsAnswered(400), ...odd.but }
})

export const chunks: ReadonlyArray<Case> = [
  odd("chunks, each of one byte", (body) => body.split("").map(chunk).join("") + noMore, { answers: [200] }),
  odd(
    "a chunk with an extension",
    sized((body) => `${hex(body)};name=value`),
    { answers: [200] }
  ),
  odd(
    "a chunk's size with 40 zeros",
    sized((body) => "0".repeat(40) + hex(body)),
    { answers: [200] }
  ),
  odd(
    "a chunk's size before a blank",
    sized((body) => `${hex(body)} `),
    { answers: [400], but: { deno: [200] } }
  ),
  odd(
    "a chunk's size after a blank",
    sized((body) => ` ${hex(body)}`),
    { answers: [400], but: { deno: [200] } }
  ),
  wrong(
    "a chunk with a LF in its extension",
    sized((body) => `${hex(body)};name=\nvalue`)
  ),
  wrong(
    "a chunk with a CR in its extension",
    sized((body) => `${hex(body)};name=\rvalue`)
  ),
  wrong(
    "a chunk with an extension of 20 kB",
    sized((body) => `${hex(body)};${"x".repeat(20_000)}`),
    {
      answers: [400],
      but: { bun: [413] }
    }
  ),
  wrong("a chunk's size that ends with a bare LF", (body) => `${hex(body)}\n${body}\r\n${noMore}`),
  wrong("a chunk that ends with a bare LF", (body) => `${hex(body)}\r\n${body}\n${noMore}`),
  wrong("chunks that end with bare LFs", (body) => `${chunk(body)}0\n\n`),
  wrong(
    "a chunk's size beyond 64 bits",
    sized((body) => `1${hex(body).padStart(16, "0")}`)
  ),
  wrong(
    "a chunk's size with 17 digits",
    sized(() => "f".repeat(17))
  ),
  // It may come: whoever sends no more of it leaves.
  wrong(
    "a chunk's size of 64 bits",
    sized(() => "f".repeat(16)),
    { leaving: "ends", answers: [400] }
  ),
  wrong(
    "a chunk's size below zero",
    sized(() => "-1")
  ),
  wrong(
    "a chunk's size with 0x",
    sized((body) => `0x${hex(body)}`)
  ),
  wrong(
    "a chunk's size of a letter",
    sized(() => "g")
  ),
  wrong(
    "a chunk without a size",
    sized(() => "")
  ),
  wrong(
    "a chunk longer than it says",
    sized(() => "2")
  ),
  wrong("a chunk that nothing ends", (body) => `${hex(body)}\r\n${body}${noMore}`),
  trailers("a trailer", "X-Checksum: 1\r\n", { answers: [200] }),
  trailers("trailers that frame anew", `Content-Length: 5\r\n${inChunks}\r\n`, {
    answers: [400],
    but: { deno: [200] }
  }),
  trailers("10,000 trailers", "X: 1\r\n".repeat(10_000), { answers: [431], but: { deno: [200] } }),
  {
    name: "a request where trailers are due",
    sent: (account) => ask([inChunks], `${chunk(question(account))}0\r\n${smuggled(account)}`),
    answers: [400],
    but: { deno: [], bun: perhapsAnswered(400) }
  },
  {
    name: "chunks of HTTP/1.0, which has none",
    sent: (account) => ask([inChunks, "Connection: keep-alive"], chunked(question(account)) + smuggled(account), "1.0"),
    answers: [400]
  }
]
