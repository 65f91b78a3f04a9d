import * as fc from "fast-check"
import * as Oddities from "./Oddities.ts"

const singles = [
  "",
  "json",
  "/",
  "*/*",
  "a/b/c",
  "text/plain",
  "application/xml",
  "application/x-www-form-urlencoded",
  "APPLICATION/JSON",
  " application/json",
  "application/jsonx",
  "application/json;",
  "application/json; charset=utf-16",
  'application/json; charset="',
  "application/json, text/plain",
  "application/json; boundary=fuzz",
  "multipart/",
  "multipart/mixed; boundary=fuzz",
  "multipart/form-data",
  "multipart/form-data; boundary",
  "multipart/form-data; boundary=",
  'multipart/form-data; boundary="',
  'multipart/form-data; boundary="fuzz"',
  "multipart/form-data; boundary=fuzz; boundary=other",
  "multipart/form-data; boundary*=utf-8''fuzz",
  "multipart/form-data; boundary=é",
  `multipart/form-data; boundary=${"x".repeat(200)}`,
  "multipart/form-data,boundary=fuzz",
  "Multipart/Form-Data; Boundary=fuzz"
]

/** What a body's type may be told as by clients that are mistaken: not at all, twice, or as something else. */
export const odd: fc.Arbitrary<ReadonlyArray<string>> = fc.oneof(
  fc.constantFrom<ReadonlyArray<string>>(
    [],
    ["application/json", "application/json"],
    ["application/json", "multipart/form-data; boundary=fuzz"],
    ["multipart/form-data; boundary=fuzz", "text/plain"]
  ),
  fc.constantFrom(...singles).map((type) => [type]),
  Oddities.text.map((type) => [type])
)
