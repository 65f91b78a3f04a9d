import { Clock, Effect, Stream } from "effect"
import { Screen } from "./Screen.ts"

/** A task at one moment. */
interface Moment {
  readonly status: string
  /** The step that it is at, where the status alone does not tell. */
  readonly progress?: string | undefined
}

/**
 * Shows how a task comes on and answers with its last moment: one line, drawn again and again, on a terminal; a line
 * for each step elsewhere.
 */
export const show = Effect.fnUntraced(function* <A extends Moment, E, R>(moments: Stream.Stream<A, E, R>) {
  const screen = yield* Screen
  const startedAt = yield* Clock.currentTimeMillis
  const begin: Course<A> = { steps: 0, label: "", since: startedAt, last: undefined }

  const course = yield* Stream.runFoldEffect(
    moments,
    () => begin,
    Effect.fnUntraced(function* (course, moment) {
      const now = yield* Clock.currentTimeMillis
      const label = labelOf(moment)
      const next = label === course.label ? course : { steps: course.steps + 1, label, since: now, last: moment }
      const text = `${seconds(now - startedAt)}  ${label}`
      if (screen.canAnimate) {
        const done = moment.status === "completed" ? 1 : fraction(next.steps, now - next.since)
        // A line that wraps could not be drawn again.
        const fitting = text.slice(0, Math.max(0, screen.width - width - 5))
        yield* screen.write(`${redraw}  ${screen.styled("cyan", bar(done))}  ${fitting}`)
      } else if (next !== course) {
        yield* screen.line(`  ${text}`)
      }
      return next
    })
  ).pipe(Effect.ensuring(screen.canAnimate ? screen.line() : Effect.void))
  return course.last
})

interface Course<A> {
  /** How many steps have been seen, this one included. */
  readonly steps: number
  readonly label: string
  readonly since: number
  readonly last: A | undefined
}

const labelOf = ({ progress, status }: Moment) =>
  progress === undefined ? status : `${status}: ${progress.replaceAll("_", " ")}`

/** Nobody knows how long a step takes: each has a part of the bar, and comes ever nearer to its end. */
const fraction = (step: number, millis: number) =>
  Math.min(1, (step - 1) / expectedSteps) + (1 - 2 ** (-millis / 800)) / expectedSteps
const expectedSteps = 4

const bar = (fraction: number) => {
  const filled = Math.min(width, Math.round(fraction * width))
  return "█".repeat(filled) + "░".repeat(width - filled)
}
const width = 28

const seconds = (millis: number) => `${(millis / 1000).toFixed(1)} s`

/** Back to the start of the line, which is wiped. */
const redraw = "\r\u001b[2K"
