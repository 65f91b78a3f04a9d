import { Duration, Effect, Stream } from "effect"
import { HttpServerRequest, Multipart } from "effect/http"
import * as Failures from "../api/Failures.ts"

/**
 * The parts of the request's form as they arrive, from a client that goes on sending. HttpApi has them too, but on Node
 * not the bytes that they are made of: it would be the next part that is waited for, however steadily a field comes.
 */
export const parts = Effect.map(HttpServerRequest.HttpServerRequest, ({ headers, stream }) =>
  stream.pipe(
    Stream.mapError((cause) => Multipart.MultipartError.fromReason("InternalError", cause)),
    inTime,
    Stream.pipeThroughChannel(Multipart.makeChannel(headers))
  )
)

/**
 * A client that sends nothing for this long has gone, or wants to keep us waiting. Not `Stream.timeoutOrElse`, which
 * reads ahead: it would count the time that a file takes to be written as one in which nothing came.
 */
const inTime = <A>(bytes: Stream.Stream<A, Multipart.MultipartError>) =>
  Stream.transformPull(bytes, (pull) =>
    Effect.succeed(Effect.timeoutOrElse(pull, { duration: longestSilence, orElse: () => Effect.fail(tooLate) }))
  )

const longestSilence = Duration.seconds(30)

const tooLate = Multipart.MultipartError.fromReason("InternalError", new Failures.RequestTimeout())
