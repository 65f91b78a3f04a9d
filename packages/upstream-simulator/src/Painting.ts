import { createHash } from "node:crypto"
import { encode } from "fast-png"
import { type Landscape, landscape } from "./painting/Landscape.ts"
import { type Rgb, mix } from "./painting/Palette.ts"

export interface Commission {
  readonly prompt: string
  readonly size: string
  /** Bytes of reference images: the colours of an edit come from them. */
  readonly references: ReadonlyArray<Uint8Array>
  /** Pixels of the longer side. */
  readonly longSide: number
}

/**
 * A landscape in the morning mist, as a PNG: the prompt decides on its composition, and on its colours too unless
 * there are references. The same commission is painted the same, byte for byte.
 */
export const paint = (commission: Commission): Uint8Array => {
  const { height, width } = dimensions(commission.size, commission.longSide)
  const composition = seed(["composition", commission.prompt])
  const colours = seed(commission.references.length === 0 ? ["colours", commission.prompt] : commission.references)
  const scene = landscape({ width, height, composition, colours })
  return encode({ width, height, channels: 3, depth: 8, data: pixels(scene, width, height) })
}

/** `16:9` and `1536x1024` mean their ratio; all other text means a square, as `auto` does. */
export const dimensions = (size: string, longSide: number): { readonly width: number; readonly height: number } => {
  const [, across = "1", down = "1"] = /^\s*(\d{1,5})\s*[:x×]\s*(\d{1,5})\s*$/i.exec(size) ?? []
  const ratio = Number(across) / Number(down)
  if (!Number.isFinite(ratio) || ratio < 0.1 || ratio > 10) return { width: longSide, height: longSide }
  return ratio >= 1
    ? { width: longSide, height: Math.round(longSide / ratio) }
    : { width: Math.round(longSide * ratio), height: longSide }
}

const seed = (parts: ReadonlyArray<string | Uint8Array>): number => {
  const hash = createHash("sha256")
  for (const part of parts) hash.update(part)
  return hash.digest().readUInt32LE()
}

const pixels = (scene: Landscape, width: number, height: number): Uint8Array => {
  const data = new Uint8Array(width * height * 3)
  let at = 0
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (const channel of colourAt(scene, x, y)) data[at++] = channel
    }
  }
  return data
}

/** The land, or below the shore its mirror image, drawn sideways by the ripples and darkened with the depth. */
const colourAt = (scene: Landscape, x: number, y: number): Rgb => {
  const depth = y - scene.shore
  if (depth <= 0) return scene.colourAt(x, y)
  const near = depth / (scene.height - scene.shore)
  const ripple = Math.sin(depth * (0.9 - 0.6 * near) + Math.sin(x * 0.013 + depth * 0.11) * 2) * (1 + 5 * near)
  const mirrored = scene.colourAt(x + ripple, scene.shore - depth * 1.25)
  return mix(mirrored, scene.water, 0.18 + 0.45 * near)
}
