import { Screen } from "@scnmnt/server/cli/Screen"
import { Context, Effect, Layer, Stream } from "effect"
import { CliOutput } from "effect/cli"

/** What the demo says, in headings, and rows with a name each. */
export class Story extends Context.Service<Story>()("@scnmnt/demo/Story", {
  make: Effect.gen(function* () {
    const { line, quote, styled, width, write } = yield* Screen
    const label = (text: string) => `  ${styled("dim", text.padEnd(indent - 2))}`

    return {
      line,
      styled,
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
            if (column <= width) return Effect.as(quote(word), { text, column })
            const start = word.trimStart()
            const wrapped = { text, column: indent + CliOutput.displayWidth(start) }
            return Effect.as(quote(`\n${" ".repeat(indent)}${start}`), wrapped)
          }
        )
        yield* write("\n")
        return text
      })
    }
  })
}) {
  static readonly layer = Layer.effect(Story, Story.make)
}

const indent = 14
