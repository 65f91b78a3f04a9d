import { styleText } from "node:util"
import { Context, Effect, Layer, Stdio, Stream, Terminal } from "effect"
import { TerminalCapabilities } from "effect/cli"

/** Where people are told what happens: in colour and within its width on a terminal, as plain lines elsewhere. */
export class Screen extends Context.Service<Screen>()("@scnmnt/server/cli/Screen", {
  make: Effect.fnUntraced(function* (output: "stdout" | "stderr") {
    const stdio = yield* Stdio.Stdio
    const terminal = yield* Terminal.Terminal
    const isTerminal = yield* output === "stdout" ? stdio.stdoutIsTerminal : stdio.stderrIsTerminal
    const { canAnimate, canColor } = yield* capabilities(isTerminal)
    const width = canAnimate ? Math.min(100, (yield* terminal.columns) || 80) : Infinity

    /** Nobody is left to be told that nobody is left. */
    const write = (text: string) => Effect.ignore(Stream.run(Stream.make(text), stdio[output]()))
    const line = (text = "") => write(`${text}\n`)
    return {
      /** Whether a line can be drawn again in its place. */
      canAnimate,
      width,
      styled: (style: "bold" | "dim" | "green" | "cyan", text: string) =>
        canColor ? styleText(style, text, { validateStream: false }) : text,
      write,
      line,
      /** Writes what comes from elsewhere; see {@link legible}. */
      quote: (text: string) => write(isTerminal ? legible(text) : text),
      /** Draws the line at the cursor again. */
      redraw: (text: string) => write(`${wiped}${text}`),
      /** A line of its own in between, if another is being drawn. */
      note: (text: string) => line(canAnimate ? `${wiped}${text}` : text)
    }
  })
}) {
  static readonly layer = (output: "stdout" | "stderr") => Layer.effect(Screen, Screen.make(output))
}

/** What can be done with an output by the environment's leave (TERM, NO_COLOR, FORCE_COLOR), be it stdout or not. */
const capabilities = (isTerminal: boolean) =>
  TerminalCapabilities.TerminalCapabilities.pipe(
    Effect.provide(TerminalCapabilities.layer),
    Effect.updateService(Stdio.Stdio, (stdio) => Stdio.make({ ...stdio, stdoutIsTerminal: Effect.succeed(isTerminal) }))
  )

/** Back to the start of the line, which is wiped. */
const wiped = "\r\u001b[2K"

/** A text from elsewhere as one line, without what a terminal would take for an order. */
export const printable = (text: string) => text.replace(/\p{Cc}+/gu, " ")

/** The same in as many lines as it has, and no shorter: what comes in pieces fits together. */
export const legible = (text: string) => text.replace(/(?![\n\t])\p{Cc}/gu, " ")
