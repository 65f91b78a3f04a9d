import { Effect } from "effect"
import { HttpMiddleware, HttpRouter } from "effect/http"
import { TrustedProxies } from "../doors/TrustedProxies.ts"

/**
 * Takes the client's address, host and protocol from `X-Forwarded-For`, `-Host` and `-Proto` where trusted proxies wrote
 * them. Each proxy appends the address that it was called from, so that the right-most one that is no proxy's counts;
 * what is left of it anybody can have written. Host and protocol count if there is one for each address.
 */
export const layer = HttpRouter.middleware(
  Effect.map(TrustedProxies, (proxies) => {
    if (proxies === 0) return (app) => app
    if (typeof proxies !== "number") return HttpMiddleware.xForwardedHeaders({ trustedProxies: proxies })
    return (app) => Effect.suspend(() => HttpMiddleware.xForwardedHeaders({ trustedProxies: firstAsked(proxies) })(app))
  }),
  { global: true }
)

/** Effect asks for one address after the other, from the one that is connected on: so many of them are proxies. */
const firstAsked = (count: number) => {
  let left = count
  return () => left-- > 0
}
