import { ImageLocation, UpstreamTask } from "@scnmnt/core/ports/ImageUpstream"
import { Option, Schema } from "effect"

/** A task as it comes over the wire, read. */
export interface ReadTask {
  readonly id: string
  readonly task: UpstreamTask
  /** The status, if it is one that nobody knows. */
  readonly unknownStatus: string | undefined
  /** What the upstream says about a failure: for the log alone. */
  readonly error: string | undefined
}

/** A task, or nothing where there is no id and no status. Everything else may be missing or odd: forks differ. */
export const read = (wire: unknown): Option.Option<ReadTask> =>
  Option.map(decodeTask(wire), (task) => {
    const kind = statuses.get(task.status.trim().toLowerCase())
    return {
      id: task.id,
      task: toTask(kind, task),
      unknownStatus: kind === undefined ? task.status : undefined,
      error: text(task.error)
    }
  })

/** All that a look-up answered. `missing_ids` is what tells a task that is missing from an answer that lacks it. */
export const LookUpAnswer = Schema.Struct({
  items: Schema.Array(Schema.Unknown),
  missing_ids: Schema.optional(Schema.NullOr(Schema.Array(Schema.Unknown)))
})

const WireTask = Schema.Struct({
  id: Schema.String,
  status: Schema.String,
  progress: Schema.optional(Schema.Unknown),
  data: Schema.optional(Schema.Unknown),
  error: Schema.optional(Schema.Unknown)
})
type WireTask = typeof WireTask.Type

const decodeTask = Schema.decodeUnknownOption(WireTask)

type Kind = "queued" | "running" | "succeeded" | "failed"

/** Every status of chatgpt2api and of its forks, in lower case. */
const statuses: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ["queued", "queued"],
  ["running", "running"],
  ["success", "succeeded"],
  ["succeeded", "succeeded"],
  ["completed", "succeeded"],
  ["error", "failed"],
  ["failed", "failed"],
  ["canceled", "failed"],
  ["cancelled", "failed"],
  ["expired", "failed"],
  ["timeout", "failed"]
])

/** A status that nobody knows is no end: its task runs, until a later look-up or its deadline says otherwise. */
const toTask = (kind: Kind | undefined, { data, progress }: WireTask): UpstreamTask => {
  switch (kind) {
    case "queued":
      return UpstreamTask.cases.Queued.make({})
    case "running":
    case undefined:
      return UpstreamTask.cases.Running.make({ progress: plain(progress, 100) })
    case "succeeded":
      return UpstreamTask.cases.Succeeded.make(firstImage(data))
    case "failed":
      return UpstreamTask.cases.Failed.make({})
  }
}

const firstImage = (data: unknown) => {
  const entries = Option.getOrElse(decodeEntries(data), () => [])
  const images = entries.flatMap((entry) => Option.toArray(Option.flatMap(decodeEntry(entry), toImage)))
  return images[0] ?? {}
}

const decodeEntries = Schema.decodeUnknownOption(Schema.Array(Schema.Unknown))

const Entry = Schema.Struct({
  url: Schema.optional(Schema.Unknown),
  b64_json: Schema.optional(Schema.Unknown),
  revised_prompt: Schema.optional(Schema.Unknown)
})

const decodeEntry = Schema.decodeUnknownOption(Entry)

const toImage = (entry: typeof Entry.Type) =>
  Option.map(locate(entry), (image) => ({ image, revisedPrompt: plain(entry.revised_prompt, 32_000) }))

/** The image itself, where it came along, can neither be gone nor be refused: it goes before its address. */
const locate = (entry: typeof Entry.Type): Option.Option<ImageLocation> => {
  const url = text(entry.url)
  const isData = url?.startsWith("data:") === true
  const base64 = bare(text(entry.b64_json) ?? (isData ? url : ""))
  if (base64 !== "") return Option.some(ImageLocation.cases.Inline.make({ base64 }))
  return url === undefined || isData || url.length > longestUrl
    ? Option.none()
    : Option.some(ImageLocation.cases.Address.make({ url }))
}

/** Without a data URL's head (RFC 2397) and without line breaks: both are seen here, and looked for but once. */
const bare = (base64: string): string => base64.replace(/^data:[^,]*,/, "").replace(/\s+/g, "")

/** In characters. What serves URLs need not take longer ones (RFC 9110, section 4.1, asks for 8,000), and one is kept. */
const longestUrl = 8192

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined)

/** What clients show to people. With markup in it, or what steers a terminal or the direction of text, it is none. */
const plain = (value: unknown, limit: number): string | undefined => {
  const words = text(value)
  return words !== undefined && words.length <= limit && !markup.test(words) && !steering.test(words)
    ? words
    : undefined
}

/** Where HTML begins a tag or a comment (WHATWG HTML, section 13.2.5.6). */
const markup = /<[a-z!/?]/i
const steering = /[^\P{Cc}\n\r\t]|[\u202A-\u202E\u2066-\u2069]/u
