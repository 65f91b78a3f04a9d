import type { LookupFunction } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import * as NodePublicHttpClient from "@scnmnt/adapters-http/NodePublicHttpClient"
import * as NodeUpstreamHttpClient from "@scnmnt/adapters-http/NodeUpstreamHttpClient"
import { AddressNotPublic, PublicHttpClient } from "@scnmnt/adapters-http/PublicHttpClient"
import { Context, Effect, Layer } from "effect"
import { HttpClient } from "effect/http"
import { door } from "./door.ts"
import { privateUrls } from "./privateUrls.ts"

/** How asking for this URL goes: `AddressNotPublic`, or the status, or how else it fails. */
const outcome = (client: HttpClient.HttpClient, url: string) =>
  URL.canParse(url)
    ? client.get(new URL(url)).pipe(
        Effect.map(({ status }) => String(status)),
        Effect.catch(({ reason }) =>
          Effect.succeed(
            reason._tag === "TransportError" && reason.cause instanceof AddressNotPublic
              ? "AddressNotPublic"
              : reason._tag
          )
        ),
        Effect.timeoutOrElse({ duration: "1 second", orElse: () => Effect.succeed("no answer") })
      )
    : Effect.succeed("no URL")

const publicClient = (options?: NodePublicHttpClient.Options) =>
  Layer.build(NodePublicHttpClient.layer(options)).pipe(
    Effect.flatMap((context) => Effect.fromNullishOr(Context.get(context, PublicHttpClient)))
  )

/** A resolver that gives these answers, one after the other, the last of them from then on. */
const resolver = (...answers: ReadonlyArray<ReadonlyArray<string>>) => {
  const asked: Array<string> = []
  const lookup: LookupFunction = (host, options, callback) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)] ?? []
    asked.push(host)
    const addresses = answer.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }))
    process.nextTick(() =>
      options.all === true
        ? callback(null, addresses)
        : callback(null, addresses[0]?.address ?? "", addresses[0]?.family)
    )
  }
  return { asked, lookup }
}

describe("the client for public addresses", () => {
  it.live("connects to none of the others, however they are written", () =>
    Effect.gen(function* () {
      const { knocks, port } = yield* door()
      const client = yield* publicClient()
      const urls = privateUrls(port)
      assert.isAtLeast(urls.length, 60)
      const outcomes = yield* Effect.forEach(urls, (url) => Effect.map(outcome(client, url), (how) => ({ url, how })))
      assert.deepStrictEqual(knocks, [])
      const expected = ["AddressNotPublic", "no URL", "InvalidUrlError"]
      // A scheme that the client does not speak, or a name that its resolver does not find.
      const exceptions = outcomes.filter(({ how }) => !expected.includes(how))
      for (const { how, url } of exceptions) assert.match(`${how} ${url}`, /^TransportError (?!http)/)
      assert.isAtLeast(outcomes.filter(({ how }) => how === "AddressNotPublic").length, 60)
    })
  )

  it.live("is what keeps them away: the other client reaches this machine by many of these", () =>
    Effect.gen(function* () {
      const { knocks, port } = yield* door()
      const client = yield* HttpClient.HttpClient
      const loopback = privateUrls(port).filter((url) => /127|::|0x7f|2130706433|localhost/i.test(url))
      yield* Effect.forEach(loopback, (url) => outcome(client, url), { concurrency: "unbounded" })
      assert.isAtLeast(knocks.length, 30)
      assert.includeMembers([...new Set(knocks)], ["127.0.0.1", "::1"])
    }).pipe(Effect.provide(NodeUpstreamHttpClient.layer))
  )

  it.live.each([
    [["127.0.0.1"]],
    [["::1"]],
    [["::ffff:127.0.0.1"]],
    [["10.0.0.1"]],
    [["169.254.169.254"]],
    [["fe80::1%lo"]],
    [["93.184.216.34", "127.0.0.1"]],
    [["127.0.0.1", "93.184.216.34"]],
    [["2606:4700::1111", "::1"]],
    [["2606:4700::1111", "93.184.216.34", "192.168.0.1"]]
  ])("does not connect where a name leads to %j", ([addresses = []]) =>
    Effect.gen(function* () {
      const { knocks, port } = yield* door()
      const { lookup } = resolver(addresses)
      const client = yield* publicClient({ lookup })
      for (const scheme of ["http", "https"]) {
        assert.strictEqual(yield* outcome(client, `${scheme}://images.example:${port}/`), "AddressNotPublic")
      }
      assert.deepStrictEqual(knocks, [])
    })
  )

  it.live("connects to what it judged: a second answer of the resolver comes too late", () =>
    Effect.gen(function* () {
      const { knocks, port } = yield* door()
      // As if one of the machine's addresses were public.
      const isPublic = (address: string) => address === "127.0.0.1"
      const { asked, lookup } = resolver(["127.0.0.1"], ["::1"])
      const client = yield* publicClient({ lookup, isPublic })
      assert.strictEqual(yield* outcome(client, `http://images.example:${port}/`), "200")
      assert.deepStrictEqual(asked, ["images.example"])
      assert.deepStrictEqual(knocks, ["127.0.0.1"])
      assert.strictEqual(yield* outcome(client, `http://images.example:${port}/`), "AddressNotPublic")
      assert.deepStrictEqual(asked, ["images.example", "images.example"])
      assert.deepStrictEqual(knocks, ["127.0.0.1"])
    })
  )

  it.live("judges an address in a URL without asking a resolver", () =>
    Effect.gen(function* () {
      const { port } = yield* door()
      const { asked, lookup } = resolver(["127.0.0.1"])
      const isPublic = (address: string) => address === "127.0.0.1"
      const client = yield* publicClient({ lookup, isPublic })
      assert.strictEqual(yield* outcome(client, `http://127.0.0.1:${port}/`), "200")
      assert.strictEqual(yield* outcome(client, `http://[::1]:${port}/`), "AddressNotPublic")
      assert.deepStrictEqual(asked, [])
    })
  )

  it.live("fails as any other where a name is not found", () =>
    Effect.gen(function* () {
      const lookup: LookupFunction = (_host, _options, callback) =>
        process.nextTick(() => callback(Object.assign(new Error("not found"), { code: "ENOTFOUND" }), []))
      const client = yield* publicClient({ lookup })
      assert.strictEqual(yield* outcome(client, "http://images.example/"), "TransportError")
    })
  )
})
