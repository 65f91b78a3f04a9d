import { Option } from "effect"

/** Origins that images may come from besides the upstream's own; `*` is any public one. */
export type FurtherOrigins = ReadonlyArray<URL | "*">

/** Who vouches for an address: it is the upstream's own, or the operator's list names it, or nobody does. */
export type Standing = "own" | "listed" | "public"

export interface ImageAddress {
  readonly url: URL
  readonly standing: Standing
}

/**
 * Where an image's URL leads, if images may come from there. A path is one below the upstream's root. Judged is
 * the origin of the parsed URL, never its text: `\\host` and `//host` are other hosts. What a name nobody vouches for
 * leads to is judged where the connection is made.
 */
export const resolve = (text: string, root: URL, further: FurtherOrigins): Option.Option<ImageAddress> =>
  Option.fromNullishOr(parse(text.trim(), root)).pipe(
    Option.filter(isPlain),
    Option.flatMap((url) => Option.map(standingOf(url, root, further), (standing) => ({ url, standing })))
  )

const parse = (text: string, root: URL): URL | null =>
  hasScheme.test(text) ? URL.parse(text) : URL.parse(text.replace(/^\/(?![/\\])/, ""), root)

const hasScheme = /^[a-z][a-z0-9+.-]*:/i

const isPlain = ({ password, protocol, username }: URL): boolean =>
  (protocol === "https:" || protocol === "http:") && username === "" && password === ""

const standingOf = (url: URL, root: URL, further: FurtherOrigins): Option.Option<Standing> => {
  if (url.origin === root.origin) return Option.some("own")
  if (further.some((origin) => origin !== "*" && origin.origin === url.origin)) return Option.some("listed")
  // Other ports than those of http and https are for other services, which nobody is to knock at through this one.
  return further.includes("*") && url.port === "" ? Option.some("public") : Option.none()
}
