import { styleText } from "node:util"
import { Context, Effect, Layer, Stream, Terminal } from "effect"
import { CliOutput, TerminalCapabilities } from "effect/cli"

/** What the demo says: in colour and within its width on a terminal, as plain lines elsewhere. */
export class Screen extends Context.Service<Screen>()("@scnmnt/demo/Screen", {
  make: Effect.gen(function* () {
    const terminal = yield* Terminal.Terminal
    const { canAnimate, canColor } = yield* TerminalCapabilities.TerminalCapabilities
    const width = canAnimate ? Math.min(100, (yield* terminal.columns) || 80) : Infinity

    const styled = (style: "bold" | "dim" | "green" | "cyan", text: string) =>
      canColor ? styleText(style, text, { validateStream: false }) : text
    const label = (text: string) => `  ${styled("dim", text.padEnd(indent - 2))}`
    const write = (text: string) => Effect.orDie(terminal.display(text))

    return {
      /** Whether a line can be drawn again in its place. */
      canAnimate,
      width,
      styled,
      write,
      line: (text = "") => write(`${text}\n`),
      heading: (text: string) => write(`\n${styled("bold", text)}\n`),
      row: (name: string, text: string) => write(`${label(name)}${text}\n`),

      /** A row whose text comes word by word; answers with the whole of it. */
      flow: Effect.fnUntraced(function* <E, R>(name: string, words: Stream.Stream<string, E, R>) {
        yield* write(label(name))
        const { text } = yield* Stream.runFoldEffect(
          words,
          () => ({ text: "", column: indent }),
          (line, word) => {
            const text = line.text + word
            const column = line.column + CliOutput.displayWidth(word)
            if (column <= width) return Effect.as(write(word), { text, column })
            const start = word.trimStart()
            const wrapped = { text, column: indent + CliOutput.displayWidth(start) }
            return Effect.as(write(`\n${" ".repeat(indent)}${start}`), wrapped)
          }
        )
        yield* write("\n")
        return text
      })
    }
  })
}) {
  static readonly layer = Layer.effect(Screen, Screen.make)
}

const indent = 14
