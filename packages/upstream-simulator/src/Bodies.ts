import { Stream } from "effect"
import { HttpServerResponse } from "effect/http"
import type { Call } from "./Wire.ts"

/**
 * An error in the form of the side that it is sent from: `/api` puts it under `detail`, `/v1` under `error`.
 */
export const errorBody = (call: Call, status: number, message: string): unknown =>
  call === "chat"
    ? { error: { message, type: errorType(status), code: errorCode(status), param: null } }
    : { detail: { error: message } }

/** A 422 of FastAPI's own validation: `detail` is an array. */
export const validationBody = (...missing: ReadonlyArray<string>): unknown => ({
  detail: missing.map((field) => ({ type: "missing", loc: ["body", field], msg: "Field required", input: {} }))
})

/** Error texts as the upstream writes them, account names and all: they are not for clients' eyes. */
export const errors = {
  pool: "号池中没有可用账号或所有账号均被限流，请检查号池状态 (tried: pool-07@example.com, token eyJhbGciOi…)",
  restart: "服务已重启，未完成的图片任务已中断",
  moderation: "检测到敏感词，拒绝本次任务"
} as const

/** What each refusal says unless told. */
export const refusals: Readonly<Record<number, string>> = {
  400: errors.moderation,
  401: "authorization is invalid",
  403: "admin permission required",
  429: "no available image quota",
  503: "image task queue is full"
}

/** The status page of a CDN, with any status. */
export const htmlPage = (status: number) =>
  HttpServerResponse.text(
    `<!DOCTYPE html>\n<html lang="en-US">\n<head><title>upstream | ${status}: A timeout occurred</title></head>\n` +
      `<body><h1>Error code ${status}</h1><p>Cloudflare Ray ID: 8f2a91c4de1b7c3a</p></body>\n</html>\n`,
    { status, contentType: "text/html; charset=UTF-8" }
  )

/** So many bytes, which start like a PNG. */
export const filler = (bytes: number): Stream.Stream<Uint8Array> => {
  const block = new Uint8Array(65_536)
  const first = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
  const rest = bytes - first.length
  const blocks = Stream.range(1, Math.floor(rest / block.length)).pipe(
    Stream.rechunk(1),
    Stream.map(() => block)
  )
  return Stream.make(first).pipe(Stream.concat(blocks), Stream.concat(Stream.make(block.slice(0, rest % block.length))))
}

const errorType = (status: number): string => {
  switch (status) {
    case 401:
      return "authentication_error"
    case 403:
      return "permission_error"
    case 429:
      return "rate_limit_error"
    default:
      return status < 500 ? "invalid_request_error" : "server_error"
  }
}

const errorCode = (status: number): string => {
  switch (status) {
    case 401:
      return "invalid_api_key"
    case 429:
      return "rate_limit_exceeded"
    default:
      return status < 500 ? "bad_request" : "upstream_error"
  }
}
