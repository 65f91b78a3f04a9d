import { existsSync } from "node:fs"
import { Effect } from "effect"
import { chromium } from "playwright-core"

/** A Chromium: the one that `CHROMIUM` names, or one where systems put it. */
export const executable =
  process.env["CHROMIUM"] ??
  [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
  ].find((path) => existsSync(path))

/** A tab of a browser of its own, and everything in it that a page is not to do. */
export const openTab = Effect.fnUntraced(function* (origin: string) {
  const browser = yield* Effect.acquireRelease(
    Effect.tryPromise(() => chromium.launch({ executablePath: executable ?? "chromium" })),
    (browser) => Effect.promise(() => browser.close())
  )
  const page = yield* Effect.tryPromise(() =>
    browser.newPage({ viewport: { width: 1000, height: 1000 }, locale: "en-GB", timezoneId: "UTC" })
  )
  page.setDefaultTimeout(60_000)
  const complaints: Array<string> = []
  // What a Content-Security-Policy refuses comes as an error too.
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(`says: ${message.text()}`)
  })
  page.on("pageerror", ({ message }) => complaints.push(`fails: ${message}`))
  page.on("requestfailed", (request) => complaints.push(`does not get ${request.url()}`))
  page.on("request", (request) => {
    const { origin: asked, protocol } = new URL(request.url())
    if (asked !== origin && protocol !== "data:" && asked !== "null") complaints.push(`asks for ${request.url()}`)
  })
  page.on("response", (response) => {
    if (response.status() >= 400) complaints.push(`gets ${response.status()} of ${response.url()}`)
  })
  return { complaints, page }
})
