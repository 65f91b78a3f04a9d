import { join } from "node:path"
import { assert, describe, layer, vi } from "@effect/vitest"
import { Effect } from "effect"
import type { Page } from "playwright-core"
import { openApi } from "../e2e/support/Contract.ts"
import { balanceOf, complete, newAccount } from "../e2e/support/Jobs.ts"
import * as Service from "../e2e/support/Service.ts"
import { executable, openTab } from "./Browser.ts"

if (executable === undefined)
  process.stdout.write("There is no Chromium here to try the reference in: CHROMIUM names one\n")

/** `npm run screenshots` names the folder for them. */
const screenshots = process.env["SCREENSHOTS"]

/** Shows the page from this element on. */
const screenshot = (page: Page, name: string, from: string) =>
  screenshots === undefined
    ? Effect.void
    : Effect.tryPromise(async () => {
        await page.evaluate(`document.querySelector(${JSON.stringify(from)}).scrollIntoView()`)
        await page.screenshot({ path: join(screenshots, name), animations: "disabled" })
      })

const openReference = Effect.gen(function* () {
  const { url } = yield* Service.Service
  const tab = yield* openTab(url)
  yield* Effect.tryPromise(async () => {
    await tab.page.goto(`${url}/docs`)
    await tab.page.locator(".opblock").first().waitFor()
  })
  return tab
})

// A browser takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 })

describe.skipIf(executable === undefined)("the reference in a browser", () => {
  layer(Service.layer(), { excludeTestServices: true })((it) => {
    it.effect("shows every operation, and needs nothing from elsewhere, no inline script or style, no eval", () =>
      Effect.gen(function* () {
        const { complaints, page } = yield* openReference
        const shown = yield* Effect.tryPromise(() => page.locator(".opblock").count())
        assert.strictEqual(shown, Object.values(openApi.paths).flatMap((operations) => Object.keys(operations)).length)
        yield* screenshot(page, "reference.png", "#reference")
        assert.deepStrictEqual(complaints, [])
      })
    )

    it.effect("sends a check-in that is filled in there, and shows the answer", () =>
      Effect.gen(function* () {
        const { complaints, page } = yield* openReference
        const answer = yield* Effect.tryPromise(async () => {
          const operation = page.locator("#operations-quota-checkIn")
          await operation.locator(".opblock-summary-control").click()
          await operation.locator("textarea").fill(`{"fingerprint": "newcomer-1"}`)
          await operation.getByRole("button", { name: "Execute" }).click()
          const answer = operation.locator(".live-responses-table .response")
          await answer.locator(".highlight-code").waitFor()
          return answer.innerText()
        })
        yield* screenshot(page, "reference-answer.png", ".is-open .responses-wrapper")
        assert.match(answer, /^200/)
        assert.match(answer, /"balance": 10,\s+"signedToday": true/)
        assert.strictEqual(yield* balanceOf("newcomer-1"), 10)
        assert.deepStrictEqual(complaints, [])
      })
    )

    it.effect("shows an image that is asked for there", () =>
      Effect.gen(function* () {
        const { complaints, page } = yield* openReference
        const { id } = yield* complete({ fingerprint: yield* newAccount })
        const image = yield* Effect.tryPromise(async () => {
          const operation = page.locator("#operations-images-getImage")
          await operation.locator(".opblock-summary-control").click()
          await operation.getByPlaceholder("id", { exact: true }).fill(id)
          await operation.getByRole("button", { name: "Execute" }).click()
          await operation.locator(".live-responses-table img").waitFor()
          return page.evaluate("document.querySelector('.live-responses-table img').decode().then(() => 'decoded')")
        })
        assert.strictEqual(image, "decoded")
        assert.deepStrictEqual(complaints, [])
      })
    )
  })
})
