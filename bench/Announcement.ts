import type { Server } from "node:http"

/** Has a bare server listen, and its parent know where. It imports nothing, so that the server stays bare. */
export const announce = (server: Server) =>
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    if (typeof address === "object") process.send?.({ url: `http://127.0.0.1:${address?.port}` })
  })
