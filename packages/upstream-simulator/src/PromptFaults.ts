import * as Fault from "./Fault.ts"

/**
 * The faults that a prompt can ask for by name, for people who try things by hand: a prompt that says
 * `#fault:drop-line` meets that fault every time. Names of different kinds go together in one prompt.
 */
export const promptFaults: Readonly<Record<string, Fault.Fault>> = {
  "drop-line": Fault.dropLine(),
  "drop-line-unaccepted": Fault.dropLine({ accepts: false }),
  "late-headers": Fault.lateHeaders(),
  "accept-500": Fault.acceptThenFail(500),
  "accept-524": Fault.acceptThenFail(524, { html: true }),
  "broken-json": Fault.brokenJson(),
  "refuse-400": Fault.refuse(400),
  "refuse-401": Fault.refuse(401),
  "refuse-422": Fault.refuse(422),
  "refuse-429": Fault.refuse(429),
  "refuse-429-retry-after": Fault.refuse(429, { retryAfter: "1" }),
  "refuse-503": Fault.refuse(503),
  "refuse-524": Fault.refuseInHtml(524),
  "look-up-502": Fault.lookUpFails(502),
  "look-up-broken-json": Fault.brokenJson({ on: "look-up" }),
  fails: Fault.fails(),
  "fails-at-once": Fault.failsAtOnce(),
  restart: Fault.fallsToRestart(),
  amnesia: Fault.vanishes(),
  "never-ends": Fault.neverEnds(),
  slow: Fault.takes("1 minute"),
  "unknown-status": Fault.unknownStatus(),
  succeeded: Fault.endsWell("succeeded"),
  completed: Fault.endsWell("COMPLETED"),
  failed: Fault.endsBadly("FAILED"),
  canceled: Fault.endsBadly("canceled"),
  cancelled: Fault.endsBadly("cancelled"),
  expired: Fault.endsBadly("expired"),
  timeout: Fault.endsBadly("timeout"),
  "path-url": Fault.pathOnlyUrl(),
  "foreign-url": Fault.foreignUrl(),
  base64: Fault.base64Only(),
  "empty-data": Fault.emptyData(),
  "null-data": Fault.nullData(),
  "html-image": Fault.htmlImage(),
  "huge-image": Fault.hugeImage(),
  "redirect-image": Fault.redirectedImage(),
  "gone-image": Fault.goneImage(),
  "chat-429": Fault.refuse(429, { on: "chat" }),
  "chat-502": Fault.refuse(502, { on: "chat" }),
  "chat-late": Fault.lateHeaders({ on: "chat", delay: "30 seconds" }),
  "chat-error": Fault.chatError(),
  "chat-cut": Fault.chatCut(),
  "chat-stall": Fault.chatStall(),
  "chat-double-data": Fault.chatDoubleData(),
  "chat-ping": Fault.chatPing(),
  "chat-data-ping": Fault.chatPing("data: : PING"),
  "chat-crlf": Fault.chatCrlf(),
  "chat-split": Fault.chatSplitCharacters(),
  "chat-no-done": Fault.chatNoDone(),
  "chat-no-finish": Fault.chatNoFinishReason()
}

/** The faults that this prompt names, unknown names left out. */
export const faultsIn = (prompt: string): ReadonlyArray<Fault.Fault> =>
  Array.from(prompt.matchAll(mark), ([, name]) => promptFaults[name?.toLowerCase() ?? ""]).filter(
    (fault) => fault !== undefined
  )

/** The prompt without the faults that it names. */
export const withoutFaults = (prompt: string): string => prompt.replaceAll(mark, "").replace(/\s+/g, " ").trim()

const mark = /#fault:([a-z0-9-]+)/gi
