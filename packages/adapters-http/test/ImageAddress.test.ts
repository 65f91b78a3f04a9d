import { assert, describe, it } from "@effect/vitest"
import * as ImageAddress from "../src/ImageAddress.ts"
import { Option } from "effect"

const root = new URL("https://upstream.example/")
const further = [new URL("https://cdn.example"), new URL("http://127.0.0.1:9000/bucket")]
const resolve = (url: string) => Option.getOrUndefined(ImageAddress.resolve(url, root, further))

describe("an image's URL", () => {
  it.each([
    ["https://upstream.example/images/a.png", "https://upstream.example/images/a.png", true],
    ["HTTPS://UPSTREAM.example:443/a.png", "https://upstream.example/a.png", true],
    ["/images/a.png", "https://upstream.example/images/a.png", true],
    ["images/a.png", "https://upstream.example/images/a.png", true],
    [" /images/a.png\n", "https://upstream.example/images/a.png", true],
    ["https://cdn.example/a.png?sig=1", "https://cdn.example/a.png?sig=1", false],
    ["//cdn.example/a.png", "https://cdn.example/a.png", false],
    ["http://127.0.0.1:9000/other/a.png", "http://127.0.0.1:9000/other/a.png", false]
  ])("%j leads to %s", (url, href, own) => {
    const address = resolve(url)
    assert.deepStrictEqual([address?.url.href, address?.standing], [href, own ? "own" : "listed"])
  })

  it.each([
    "https://elsewhere.example/a.png",
    "http://upstream.example/a.png",
    "https://upstream.example:8443/a.png",
    "https://upstream.example.evil.example/a.png",
    "https://upstream.example@evil.example/a.png",
    "https://user@upstream.example/a.png",
    "https://:password@upstream.example/a.png",
    "https://cdn.example.evil.example/a.png",
    "https://cdn.example:8443/a.png",
    "https://user:password@cdn.example/a.png",
    "http://169.254.169.254/latest/meta-data/",
    "http://127.0.0.1:9001/a.png",
    "\\\\evil.example\\a.png",
    "///evil.example/a.png",
    "https:evil.example/a.png",
    "file:///etc/passwd",
    "ftp://upstream.example/a.png",
    "javascript:alert(1)",
    "data:image/png;base64,AAAA",
    "https://",
    "http://[::1"
  ])("%j is refused", (url) => assert.isUndefined(resolve(url)))

  it("that is a path stays below a root that has one", () => {
    const prefixed = new URL("https://host/prefix/")
    const address = Option.getOrThrow(ImageAddress.resolve("/images/a.png", prefixed, []))
    assert.strictEqual(address.url.href, "https://host/prefix/images/a.png")
  })
})

describe("an image's URL, of any public origin,", () => {
  const standing = (url: string) => Option.getOrUndefined(ImageAddress.resolve(url, root, ["*", ...further]))?.standing

  it.each([
    ["https://elsewhere.example/a.png", "public"],
    ["http://elsewhere.example:80/a.png", "public"],
    ["https://elsewhere.example:443/a.png", "public"],
    ["//elsewhere.example/a.png", "public"],
    ["http://upstream.example/a.png", "public"],
    ["https://upstream.example./a.png", "public"],
    // Judged where the connection is made.
    ["http://127.0.0.1/a.png", "public"],
    ["http://localhost/a.png", "public"],
    ["https://upstream.example/a.png", "own"],
    ["/a.png", "own"],
    ["https://cdn.example/a.png", "listed"],
    ["http://127.0.0.1:9000/a.png", "listed"]
  ])("%s is %s", (url, expected) => assert.strictEqual(standing(url), expected))

  it.each([
    "http://elsewhere.example:8080/a.png",
    "http://elsewhere.example:443/a.png",
    "https://elsewhere.example:80/a.png",
    "https://elsewhere.example:22/a.png",
    "http://127.0.0.1:9001/a.png",
    "https://user@elsewhere.example/a.png",
    "https://:password@elsewhere.example/a.png",
    "ftp://elsewhere.example/a.png",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "http://[::1"
  ])("%j is refused", (url) => assert.isUndefined(standing(url)))
})
