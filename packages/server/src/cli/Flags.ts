import { AspectRatio } from "@scnmnt/core/AspectRatio"
import { Fingerprint } from "@scnmnt/core/Fingerprint"
import { Config, Effect, Option, Schema } from "effect"
import { CliError, Flag, Param, Primitive } from "effect/cli"

/** An `http` or `https` address, without the slash at its end. */
const ServerUrl = Schema.String.check(
  Schema.makeFilter((text) => (/^https?:\/\//.test(text) && URL.canParse(text)) || "must be an http or https URL")
)

/** What every command takes that talks to a server. */
export const connection = {
  server: Flag.String("server").pipe(
    Flag.withMetavar("URL"),
    Flag.withFallbackConfig(Config.String("SCNMNT_SERVER")),
    Flag.withDefault("http://127.0.0.1:3000"),
    Flag.map((url) => url.replace(/\/+$/, "")),
    Flag.withSchema(ServerUrl),
    Flag.withDescription("Where the server is; SCNMNT_SERVER, or else http://127.0.0.1:3000")
  ),
  json: Flag.Boolean("json").pipe(
    Flag.withDescription("Answer in JSON on stdout, for scripts; what happens meanwhile goes to stderr"),
    Flag.withDefault(false)
  )
}

/** Who pays. */
export const account = Flag.String("account").pipe(
  Flag.withMetavar("FINGERPRINT"),
  Flag.withFallbackConfig(Config.String("SCNMNT_ACCOUNT")),
  Flag.withSchema(Fingerprint),
  Flag.optional,
  Flag.withDescription("Whose credits; SCNMNT_ACCOUNT, or else an account made up for this user once")
)

/** A file's path, which shells complete, and which stays as it was given: of `Flag.Path` it would be absolute. */
const path = (name: string) => {
  const primitiveType = Object.assign(Primitive.Path("file"), { parse: (path: string) => Effect.succeed(path) })
  return Param.makeSingle({ kind: Param.flagKind, name, primitiveType })
}

/** Where a picture goes. */
export const destination = {
  output: path("output").pipe(
    Flag.withAlias("o"),
    Flag.withMetavar("FILE"),
    Flag.withDescription("Where the picture goes; with no extension it gets that of its type, and - is stdout"),
    Flag.optional
  ),
  force: Flag.Boolean("force").pipe(
    Flag.withAlias("f"),
    Flag.withDescription("Overwrite the file if it is there"),
    Flag.withDefault(false)
  )
}

/** A picture and a document can't both be all that stdout is. */
export const oneOutput = ({ json, output }: { readonly json: boolean; readonly output: Option.Option<string> }) =>
  json && Option.contains(output, "-")
    ? Effect.fail(new CliError.ValidationError({ message: "--json and -o - would both have stdout: choose one" }))
    : Effect.void

export const size = Flag.Literals("size", AspectRatio.literals).pipe(
  Flag.withDescription("The picture's shape, width to height")
)

export const references = path("reference").pipe(
  Flag.withMetavar("FILE"),
  Flag.withDescription("An image to start from: PNG, JPEG, WebP or GIF; may be given several times"),
  Flag.atLeast(0)
)
