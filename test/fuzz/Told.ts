import type { RunDetails } from "fast-check"
import type { Request } from "./Requests.ts"

/** What was found, as one would read it: the smallest request that fails, and why. */
export const failure = (
  { counterexample, errorInstance, numRuns, numShrinks, seed }: RunDetails<[Request]>,
  present: (made: Request) => Request
) =>
  [
    `Find it again with SEED=${seed} RUNS=${numRuns}. Made ${numShrinks} times simpler it is:\n`,
    ...(counterexample ?? []).map((made) => told(present(made))),
    `\n${errorInstance instanceof Error ? errorInstance.message : String(errorInstance ?? "no request: the time was up")}`
  ].join("\n")

/** A request in the lines of HTTP/1.1; what is long is cut. */
const told = ({ body, headers, method, target }: Request) =>
  [`${method} ${short(target)}`, ...headers.map(([name, value]) => `${name}: ${short(value)}`), "", shown(body)].join(
    "\n"
  )

/** As text if it is one; quoted, a character for each byte, if not. */
const shown = (body: Buffer | undefined) => {
  if (body === undefined) return "(no body)"
  const text = body.toString()
  return short(Buffer.from(text).equals(body) ? text : JSON.stringify(body.toString("latin1")))
}

const short = (text: string) => {
  const visible = text.replaceAll(invisible, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
  return text.length <= 1000 ? visible : `${visible.slice(0, 800)}… (${text.length} characters)`
}

/** But for blanks and line ends. */
const invisible = /(?![ \r\n])[\p{Z}\p{C}]/gu
