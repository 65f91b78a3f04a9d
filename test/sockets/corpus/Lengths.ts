import { ask, type Case, chunked, inChunks, length, question, smuggled } from "./Case.ts"

/** Two servers that read a body's length differently take its end for different requests (RFC 9112, section 11.2). */
const both = (name: string, headers: (all: number, first: number) => ReadonlyArray<string>): Case => ({
  name,
  sent: (account) => {
    const body = chunked(question(account)) + smuggled(account)
    return ask(headers(body.length, question(account).length), body)
  },
  answers: [400]
})

/** Asks in a body that this header is about, and goes on with an order unless it is one that some can read. */
const asked = (header: string, body: string, account: string, isRead: boolean) =>
  isRead ? ask([header, "Connection: close"], body) : ask([header], body + smuggled(account))

/** Codings that one server takes for chunks and another does not, with a length besides, and alone. */
const obscured = (name: string, header: string, read?: Partial<Case>): ReadonlyArray<Case> => [
  both(`a length, and ${name}`, (all) => [`Content-Length: ${all}`, header]),
  {
    name: `${name}, and no length`,
    sent: (account) => asked(header, chunked(question(account)), account, read !== undefined),
    answers: [400],
    ...read
  }
]

const twice = (name: string, headers: (all: number, first: number) => ReadonlyArray<string>): Case => ({
  name,
  sent: (account) => {
    const first = question(account)
    const body = first + smuggled(account)
    return ask(headers(body.length, first.length), body)
  },
  answers: [400]
})

const ofLength = (name: string, write: (length: number) => string, isRead = false): Case => ({
  name: `a length ${name}`,
  sent: (account) => {
    const body = question(account)
    return asked(`Content-Length: ${write(body.length)}`, body, account, isRead)
  },
  answers: [isRead ? 200 : 400]
})

export const lengths: ReadonlyArray<Case> = [
  both("a length before chunks (CL.TE)", (all) => [`Content-Length: ${all}`, inChunks]),
  both("a length after chunks (TE.CL)", (all) => [inChunks, `Content-Length: ${all}`]),
  both("a length of less than the chunks", (_, first) => [`Content-Length: ${first}`, inChunks]),
  ...obscured("a coding nobody knows (TE.TE)", "Transfer-Encoding: xchunked"),
  ...obscured("chunks after a blank (TE.TE)", "Transfer-Encoding : chunked"),
  ...obscured("chunks on a folded line (TE.TE)", "Transfer-Encoding:\r\n chunked"),
  ...obscured("chunks on an indented line (TE.TE)", " Transfer-Encoding: chunked"),
  ...obscured("chunks after a vertical tab (TE.TE)", "Transfer-Encoding: \x0bchunked"),
  ...obscured("chunks and a NUL (TE.TE)", "Transfer-Encoding: chunked\0"),
  ...obscured("chunks and a CR (TE.TE)", "Transfer-Encoding: chunked\r"),
  ...obscured("chunks in quotes (TE.TE)", `Transfer-Encoding: "chunked"`),
  ...obscured("chunks with a parameter (TE.TE)", "Transfer-Encoding: chunked;q=1"),
  ...obscured("chunks, then another coding (TE.TE)", "Transfer-Encoding: chunked, identity"),
  ...obscured("chunks in chunks (TE.TE)", "Transfer-Encoding: chunked, chunked"),
  ...obscured("chunks, and a second header (TE.TE)", "Transfer-Encoding: chunked\r\nTransfer-Encoding: x"),
  ...obscured("no coding (TE.TE)", "Transfer-Encoding: "),
  ...obscured("chunks behind a bare LF (TE.TE)", `X: 1\nTransfer-Encoding: chunked`, { but: { deno: [200] } }),
  // The last coding is what counts, and it is chunks: so says everybody.
  ...obscured("identity, then chunks", "Transfer-Encoding: identity, chunked", { but: { node: [200] } }),
  ...obscured("gzip, then chunks", "Transfer-Encoding: gzip, chunked", { answers: [200], but: { bun: [400] } }),
  ...obscured("chunks after a tab", "Transfer-Encoding:\tchunked", { answers: [200] }),
  ...obscured("chunks in capitals", "Transfer-Encoding: CHUNKED", { answers: [200] }),
  twice("two lengths, the shorter first", (all, first) => [`Content-Length: ${first}`, `Content-Length: ${all}`]),
  twice("two lengths, the longer first", (all, first) => [`Content-Length: ${all}`, `Content-Length: ${first}`]),
  twice("two lengths in one header", (all, first) => [`Content-Length: ${first}, ${all}`]),
  {
    name: "one length twice",
    sent: (account) =>
      ask([length(question(account)), length(question(account)), "Connection: close"], question(account)),
    answers: [400],
    but: { deno: [200], bun: [200] }
  },
  twice("one length twice in one header", (_, first) => [`Content-Length: ${first}, ${first}`]),
  ofLength("with a plus", (length) => `+${length}`),
  ofLength("below zero", (length) => `-${length}`),
  ofLength("in hexadecimal", (length) => `0x${length.toString(16)}`),
  ofLength("with a blank in it", (length) => String(length).split("").join(" ")),
  ofLength("with an underscore", (length) => String(length).split("").join("_")),
  ofLength("with a fraction", (length) => `${length}.0`),
  ofLength("with an exponent", (length) => `${length}e0`),
  ofLength("with a semicolon", (length) => `${length};`),
  ofLength("after a no-break space", (length) => `\xa0${length}`),
  ofLength("of nothing", () => ""),
  ofLength("beyond 64 bits", (length) => String(2n ** 64n + BigInt(length))),
  ofLength("with zeros before it", (length) => `000${length}`, true),
  ofLength("with blanks around it", (length) => ` ${length} \t`, true)
]
