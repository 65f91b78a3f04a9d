import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import * as Gallery from "../images/Gallery.ts"
import { file } from "../images/Pictures.ts"
import { ask } from "../images/RawClient.ts"

const hostile = {
  "access-control-allow-origin": "*",
  "cache-control": "no-store",
  "clear-site-data": '"*"',
  "content-disposition": "attachment; filename=fox.exe",
  "content-security-policy": "script-src *",
  "content-type": "text/html",
  etag: '"theirs"',
  "set-cookie": "session=theirs",
  "strict-transport-security": "max-age=0",
  "x-content-type-options": "sniff",
  "x-powered-by": "theirs"
}

layer(Gallery.layer(), { excludeTestServices: true })("an image's source", (it) => {
  it.effect("has no say in the headers that its image is served with", () =>
    Effect.gen(function* () {
      const picture = file(1000)
      const { path } = yield* Gallery.shown((_, response) =>
        response.writeHead(200, { ...hostile, "content-length": picture.length }).end(picture)
      )
      const { headers, status } = yield* ask(path)
      assert.strictEqual(status, 200)
      for (const name of ["clear-site-data", "content-disposition", "set-cookie", "x-powered-by"]) {
        assert.notProperty(headers, name)
      }
      for (const [name, value] of Object.entries(hostile)) assert.notStrictEqual(headers[name], value, name)
    })
  )
})
