import { createContext } from "node:vm"

// What fetch brings and the script looks at has to be of one kind.
const language = { ArrayBuffer, Uint8Array }
const data = { Blob, File, FormData, TextDecoder, TextEncoder, URL, URLSearchParams, crypto }
const streams = { ReadableStream, TextDecoderStream, TextEncoderStream, TransformStream }
const requests = { AbortController, AbortSignal, Headers, Request, Response, fetch }
const time = { clearInterval, clearTimeout, performance, queueMicrotask, setInterval, setTimeout }

/** Where a script has the language, what the Web's standards name, and these: nothing of Node's own. */
export const webRealm = (globals: Readonly<Record<string, unknown>>) =>
  createContext({ ...language, ...data, ...streams, ...requests, ...time, ...globals })
