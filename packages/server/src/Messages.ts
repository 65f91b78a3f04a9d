import type { RefundReason } from "@scnmnt/core/Spend"
import Negotiator from "negotiator"
import type * as Failures from "./api/Failures.ts"
import type { Problem } from "./http/Problem.ts"

/**
 * Everything the service says to people: why a request failed, why a task brought no image, and, after the name of a
 * field if there is one, what in a request does not fit.
 */
export type Phrase =
  | InstanceType<(typeof Failures)[keyof typeof Failures]>["error"]
  | RefundReason
  | "unknown-task"
  | Problem

export type Language = "en" | "zh"

/** Every phrase in every language; a missing one does not compile. */
export const messages: Record<Language, Record<Phrase, string>> = {
  en: {
    InvalidRequest: "The request is not valid; see its issues.",
    InsufficientCredits: "No credits left. The daily check-in brings more.",
    CrossOriginRefused: "Pages of other origins can't use this service.",
    RouteNotFound: "There is nothing at this address.",
    ImageNotReady: "There is no image for this task.",
    MethodNotAllowed: "This address takes other methods.",
    RequestTimeout: "The request did not arrive in time.",
    ImageGone: "This image is no longer kept.",
    PayloadTooLarge: "The request is too large.",
    TooManyPixels: "A reference image has too many pixels.",
    UnsupportedMediaType: "Send JSON or a multipart form.",
    UnsupportedImage: "Reference images must be PNG, JPEG, WebP or GIF files.",
    RangeNotSatisfiable: "The image has no such part.",
    IdempotencyKeyReused: "This Idempotency-Key was used for another request.",
    RequestRejected: "The image service declined this request.",
    RateLimited: "Too many requests. Try again in a moment.",
    TooManyTasks: "Too many pictures are in the making. Wait for one of them.",
    HeadersTooLarge: "The request's headers are too large.",
    InternalError: "Something went wrong on our side.",
    UpstreamFailed: "The image service gave no usable answer.",
    ImageTooLarge: "This image is larger than this service passes on.",
    UpstreamUnavailable: "The image service is busy. Try again in a moment.",
    QuotaUnavailable: "Credits can't be reached right now. Try again in a moment.",
    NotReady: "This server is not ready; see its reasons.",
    UpstreamNotAnswering: "The image service did not answer in time. Nothing was charged.",
    rejected: "The image service declined this request. Your credit is back.",
    unavailable: "The image service was busy. Your credit is back.",
    "not-accepted": "The image service did not take this task. Your credit is back.",
    failed: "The image could not be made. Your credit is back.",
    "no-image": "The image service finished without an image. Your credit is back.",
    missing: "The image service lost this task. Your credit is back.",
    "timed-out": "The image took too long. Your credit is back.",
    "unknown-task": "This task is unknown or has expired.",
    empty: "must not be empty",
    "too-long": "must be at most 32,000 characters",
    "not-a-fingerprint": "must be 8 to 256 characters of A-Z a-z 0-9 _ -",
    "not-an-idempotency-key": "must be 1 to 255 visible ASCII characters",
    "not-a-task-id": "must be a UUID in lower case",
    "not-a-direction": "must be details or creative",
    "field-missing": "is missing",
    "not-text": "must be text",
    "not-a-wait": "must be a number of seconds from 0 to 55",
    "not-a-file": "must be a file",
    "not-taken-as-file": "must not be a file; send it as image",
    repeated: "must not be repeated",
    "not-an-object": "the body must be a JSON object",
    "not-json": "the body is not valid JSON",
    "not-utf8": "the body is not UTF-8",
    unreadable: "the body can't be read",
    "not-http": "the request is not valid HTTP",
    "not-valid": "is not as documented"
  },
  zh: {
    InvalidRequest: "请求无效，详见 issues。",
    InsufficientCredits: "额度已用完，每日签到可领取额度。",
    CrossOriginRefused: "其他来源的网页不能使用本服务。",
    RouteNotFound: "此地址不存在。",
    ImageNotReady: "该任务没有图片。",
    MethodNotAllowed: "此地址不支持该请求方法。",
    RequestTimeout: "请求未及时送达。",
    ImageGone: "该图片已不再保存。",
    PayloadTooLarge: "请求过大。",
    TooManyPixels: "参考图像素过多。",
    UnsupportedMediaType: "请发送 JSON 或 multipart 表单。",
    UnsupportedImage: "参考图必须是 PNG、JPEG、WebP 或 GIF 文件。",
    RangeNotSatisfiable: "图片没有所请求的部分。",
    IdempotencyKeyReused: "该 Idempotency-Key 已用于另一个请求。",
    RequestRejected: "图像服务拒绝了该请求。",
    RateLimited: "请求过于频繁，请稍后再试。",
    TooManyTasks: "正在生成的图片过多，请等待其中一张完成。",
    HeadersTooLarge: "请求头过大。",
    InternalError: "服务内部出错。",
    UpstreamFailed: "图像服务未返回可用的结果。",
    ImageTooLarge: "图片超过本服务可传送的大小。",
    UpstreamUnavailable: "图像服务繁忙，请稍后重试。",
    QuotaUnavailable: "暂时无法访问额度，请稍后重试。",
    NotReady: "服务尚未就绪，详见 reasons。",
    UpstreamNotAnswering: "图像服务未及时响应，未扣除额度。",
    rejected: "图像服务拒绝了该请求，额度已退还。",
    unavailable: "图像服务繁忙，额度已退还。",
    "not-accepted": "图像服务未接受该任务，额度已退还。",
    failed: "图片生成失败，额度已退还。",
    "no-image": "图像服务未返回图片，额度已退还。",
    missing: "图像服务丢失了该任务，额度已退还。",
    "timed-out": "图片生成超时，额度已退还。",
    "unknown-task": "任务不存在或已过期。",
    empty: "不能为空",
    "too-long": "最多 32,000 个字符",
    "not-a-fingerprint": "须为 8 至 256 个字符，仅限 A-Z a-z 0-9 _ -",
    "not-an-idempotency-key": "须为 1 至 255 个可见 ASCII 字符",
    "not-a-task-id": "须为小写的 UUID",
    "not-a-direction": "须为 details 或 creative",
    "field-missing": "缺少此字段",
    "not-text": "须为文本",
    "not-a-wait": "须为 0 至 55 之间的秒数",
    "not-a-file": "须为文件",
    "not-taken-as-file": "不能是文件，请以 image 字段发送",
    repeated: "不能重复",
    "not-an-object": "请求体须为 JSON 对象",
    "not-json": "请求体不是有效的 JSON",
    "not-utf8": "请求体不是 UTF-8 编码",
    unreadable: "无法读取请求体",
    "not-http": "请求不是有效的 HTTP",
    "not-valid": "与文档不符"
  }
}

/** The words for this in a language; for what nobody foresaw, itself. */
export const wording = (language: Language, tag: string): string => (isPhrase(tag) ? messages[language][tag] : tag)

const isPhrase = (tag: string): tag is Phrase => tag in messages.en

/** The language that an `Accept-Language` header asks for, English if none of ours. */
export const preferred = (acceptLanguage: string | undefined): Language => {
  const headers = { "accept-language": acceptLanguage }
  return new Negotiator({ headers }).language(["en", "zh"]) === "zh" ? "zh" : "en"
}
