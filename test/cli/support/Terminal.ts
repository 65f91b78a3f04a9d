import { ConfigProvider, Effect, Layer, Sink, Stdio, Terminal } from "effect"

/** What a program's outputs are tied to, and its environment; 80 columns unless told. */
export interface Setting {
  readonly terminals: ReadonlyArray<"stdout" | "stderr">
  readonly columns?: number
  readonly env?: Readonly<Record<string, string>>
}

const unasked = Effect.die("nobody asks for this")

/** Outputs that remember what was written, for programs in this process. */
export const watched = ({ columns = 80, env = {}, terminals }: Setting) => {
  const written = { stdout: "", stderr: "" }
  const sink = (output: keyof typeof written) => () =>
    Sink.forEach((piece: string | Uint8Array) =>
      Effect.sync(() => {
        written[output] += piece.toString()
      })
    )
  const layer = Layer.mergeAll(
    Stdio.layerTest({
      stdinIsTerminal: Effect.succeed(false),
      stdoutIsTerminal: Effect.succeed(terminals.includes("stdout")),
      stderrIsTerminal: Effect.succeed(terminals.includes("stderr")),
      stdout: sink("stdout"),
      stderr: sink("stderr")
    }),
    Layer.succeed(
      Terminal.Terminal,
      Terminal.make({
        columns: Effect.succeed(columns),
        rows: unasked,
        size: unasked,
        readInput: unasked,
        readLine: unasked,
        display: () => unasked
      })
    ),
    ConfigProvider.layer(ConfigProvider.fromEnv({ env }))
  )
  return { layer, written }
}
