import * as fc from "fast-check"

/** What somebody's code has stumbled over before: as a whole, or within a text. */
const snippet = fc.oneof(
  fc.constantFrom("", " ", "\t", "\0", "\r\n", "\u0085", "\u00a0", "\u2028", "\u3000", "\ufeff", "\u200b"),
  fc.constantFrom("\u202e", "\u0645\u0631", "é", "e\u0301\u0301\u0301", "👩‍👩‍👧‍👦", "🇦", "狐", "ß", "İ", "\u{10ffff}"),
  fc.constantFrom("\ud800", "\udc00", "\udbff\udbff", "\uffff", "\ufffe"),
  fc.constantFrom("null", "undefined", "NaN", "-1", "-0", "1e9", "1e999", "0x10", "+5", " 5", "5,6", "true"),
  fc.constantFrom("__proto__", "constructor", "toString", "hasOwnProperty", "then", "length", "prototype"),
  fc.constantFrom("../../etc/passwd", "a/b", "\\", "%00", "%ff", "%", "%2e%2e%2f", "~", "*", ".", ".."),
  fc.constantFrom("' OR 1=1 --", '"', "<script>alert(1)</script>", "${7*7}", "{{7*7}}", "$(id)", "#", "&amp;"),
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) })
)

const long = fc
  .tuple(fc.constantFrom("x", "é", "狐", "👩‍👩‍👧", " ", "\\", "\ud800"), fc.nat(33_000))
  .map(([one, times]) => one.repeat(times))

/** Texts that are seldom meant. */
export const text = fc.oneof(
  { weight: 10, arbitrary: snippet },
  { weight: 10, arbitrary: fc.array(snippet, { minLength: 1, maxLength: 6 }).map((snippets) => snippets.join("")) },
  long
)

const nested = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth)

/** The same, and whatever else there is in JSON, as JSON text. */
export const json = fc.oneof(
  { weight: 8, arbitrary: text.map((text) => JSON.stringify(text)) },
  { weight: 2, arbitrary: fc.constantFrom("null", "true", "false", "[]", "{}", "[null]", '[""]', '{"":""}') },
  { weight: 2, arbitrary: fc.constantFrom("0", "-0", "1e999", "-1e999", "1e-999", "0.1", "1".repeat(400)) },
  fc.constantFrom('{"__proto__":{"prompt":"x"}}', '{"constructor":{"prototype":{}}}', '{"a":1,"a":2}'),
  fc.nat(20_000).map((depth) => nested(depth, "[", "]")),
  fc.nat(5000).map((depth) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`),
  { weight: 2, arbitrary: fc.json() },
  // None of these is JSON.
  fc.constantFrom("", "NaN", "undefined", "'x'", "01", "+1", ".5", "1.", '"\u0001"', '"\\x41"', '"\\ud8', "[1,]")
)

/** Bytes that are no text in UTF-8, or none any more. */
export const bytes = fc.oneof(
  fc
    .constantFrom("ff", "c0af", "e28280e2", "eda080", "f4908080", "00", "fffe", "1f8b08", "")
    .map((hex) => Buffer.from(hex, "hex")),
  fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array))
)

/** From none to all of something. */
export const share = fc.double({ min: 0, max: 1, noNaN: true })
