import { Option } from "effect"

/** Origins that images may come from besides the upstream's own. */
export type FurtherOrigins = ReadonlyArray<URL>

export interface ImageAddress {
  readonly url: URL
  /** Whether it is the upstream itself, which alone is shown the key. */
  readonly own: boolean
}

/**
 * Where an image's URL leads, if images may come from there. A path is one below the upstream's root. Judged is
 * the origin of the parsed URL, never its text: `\\host` and `//host` are other hosts.
 */
export const resolve = (url: string, root: URL, further: FurtherOrigins): Option.Option<ImageAddress> =>
  Option.filter(parse(url.trim(), root), (address) => isAllowed(address, further))

const parse = (url: string, root: URL): Option.Option<ImageAddress> => {
  const parsed = hasScheme.test(url) ? URL.parse(url) : URL.parse(url.replace(/^\/(?![/\\])/, ""), root)
  return Option.map(Option.fromNullishOr(parsed), (url) => ({ url, own: url.origin === root.origin }))
}

const hasScheme = /^[a-z][a-z0-9+.-]*:/i

const isAllowed = ({ url, own }: ImageAddress, further: FurtherOrigins): boolean =>
  (url.protocol === "https:" || url.protocol === "http:") &&
  url.username === "" &&
  url.password === "" &&
  (own || further.some(({ origin }) => origin === url.origin))
