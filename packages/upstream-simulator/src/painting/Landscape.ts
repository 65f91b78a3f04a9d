import { mix, palette, type Palette, type Rgb } from "./Palette.ts"

export interface Landscape {
  readonly height: number
  /** The row at which water begins; below the picture if there is none. */
  readonly shore: number
  readonly water: Rgb
  readonly colourAt: (x: number, y: number) => Rgb
}

export interface Plan {
  readonly width: number
  readonly height: number
  readonly composition: number
  readonly colours: number
}

/** Sky, sun, mist and ranges of hills one behind the other, with a lake in front of some. */
export const landscape = ({ colours, composition, height, width }: Plan): Landscape => {
  const random = chance(composition)
  const paints = palette(chance(colours))
  const shore = random() < 0.75 ? Math.round(height * (0.7 + random() * 0.1)) : height
  const sky = heavens(paints, random, width, height)
  const ridges = ranges(paints, random, width, height, shore)
  const colourFrom = (index: number, x: number, y: number): Rgb => {
    const ridge = ridges[index]
    if (ridge === undefined) return sky(x, y)
    const column = Math.min(width - 1, Math.max(0, Math.round(x)))
    const covered = y - (ridge.tops[column] ?? 0) + 1
    if (covered <= 0) return colourFrom(index + 1, x, y)
    const own = ridge.colourAt(y - (ridge.crest[column] ?? 0))
    return covered >= 1 ? own : mix(colourFrom(index + 1, x, y), own, covered)
  }
  return { height, shore, water: paints.water, colourAt: (x, y) => colourFrom(0, x, y) }
}

interface Ridge {
  readonly crest: Float64Array
  /** The crest with what stands on it. */
  readonly tops: Float64Array
  readonly colourAt: (belowCrest: number) => Rgb
}

/** The nearest first. Each is clear at its crest and fades into mist towards its foot; trees stand on the near ones. */
const ranges = (
  paints: Palette,
  random: () => number,
  width: number,
  height: number,
  shore: number
): ReadonlyArray<Ridge> => {
  const count = 5 + Math.floor(random() * 3)
  const roughness = 0.34 + random() * 0.18
  const scale = Math.sqrt(width * height)
  return Array.from({ length: count }, (_, index): Ridge => {
    const near = index / (count - 1)
    const base = shore * (0.6 + 0.38 * near)
    const swing = Math.min(width, height) * (0.3 - 0.17 * near)
    const noise = hills(random, (1.7 + 1.8 * near) / scale, roughness)
    const crest = Float64Array.from({ length: width }, (_, x) => base - swing * noise(x))
    const colour = mix(paints.farRidge, paints.nearRidge, near ** 1.1)
    const mist = mix(paints.horizon, colour, 0.3 + 0.45 * near)
    return {
      crest,
      tops: index < count - 2 ? crest : wooded(crest, random, scale * (0.012 + 0.045 * (near - 0.5))),
      colourAt: (belowCrest) => mix(colour, mist, Math.min(1, Math.max(0, belowCrest) / (scale * 0.2)) * 0.85)
    }
  }).toReversed()
}

/** The crest with firs on it, in groups. */
const wooded = (crest: Float64Array, random: () => number, tallest: number): Float64Array => {
  const tops = crest.slice()
  const density = hills(random, 4 / crest.length, 0.4)
  for (let x = 0; x < crest.length; x += 1 + random() * tallest * 0.5) {
    const foot = crest[Math.round(x)]
    const growth = Math.min(1, (density(x) - 0.45) * 8)
    if (foot === undefined || growth <= 0) continue
    const tall = tallest * growth * (0.4 + 0.6 * random())
    for (let dx = -Math.ceil(tall / 4); dx <= tall / 4; dx++) {
      const at = Math.round(x) + dx
      const branch = 1 - (Math.abs(dx) * 4) / tall + (dx % 2) * 0.06
      const top = tops[at]
      if (top !== undefined) tops[at] = Math.min(top, foot - tall * branch)
    }
  }
  return tops
}

const heavens = (paints: Palette, random: () => number, width: number, height: number) => {
  const scale = Math.sqrt(width * height)
  const sun = {
    x: width * (0.2 + 0.6 * random()),
    y: height * (0.16 + 0.2 * random()),
    radius: scale * (0.035 + 0.04 * random())
  }
  const clouds = hills(random, 3 / scale, 0.5)
  const wisps = hills(random, 9 / scale, 0.5)
  const stars = paints.stars ? starfield(random, width, height * 0.45) : new Map<number, number>()
  return (x: number, y: number): Rgb => {
    const down = Math.min(1, Math.max(0, y) / (height * 0.62))
    const air = down < 0.5 ? mix(paints.zenith, paints.sky, down * 2) : mix(paints.sky, paints.horizon, down * 2 - 1)
    const band = clouds(x * 0.5 + y * 0.2) * wisps(y * 2.2 + clouds(x) * scale * 0.16)
    const cloudy = mix(air, paints.horizon, Math.max(0, band) * 0.5)
    const distance = Math.hypot(x - sun.x, y - sun.y)
    const glow = 0.75 * Math.exp(-distance / (scale * 0.09)) + 0.3 * Math.exp(-distance / (scale * 0.3))
    const star = stars.get(Math.round(y) * width + Math.round(x)) ?? 0
    const disc = Math.min(1, Math.max(0, sun.radius - distance + 0.5))
    return mix(mix(cloudy, paints.sun, Math.min(1, glow + star)), paints.sun, disc)
  }
}

const starfield = (random: () => number, width: number, depth: number): Map<number, number> =>
  new Map(
    Array.from({ length: Math.round((width * depth) / 900) }, () => [
      Math.floor(random() * depth) * width + Math.floor(random() * width),
      0.15 + 0.7 * random() ** 2
    ])
  )

/** Smooth noise of about 0 to 1 with six octaves, each of them `roughness` as high as the one before. */
const hills = (random: () => number, frequency: number, roughness: number): ((at: number) => number) => {
  const lattice = Float64Array.from({ length: 256 }, random)
  const offset = random() * 200
  const value = (at: number): number => {
    const cell = Math.floor(at)
    const part = at - cell
    const smooth = part * part * part * (part * (part * 6 - 15) + 10)
    const left = lattice[cell & 255] ?? 0
    return left + ((lattice[(cell + 1) & 255] ?? 0) - left) * smooth
  }
  return (at) => {
    let sum = 0
    let weight = 1
    let total = 0
    for (let octave = 0; octave < 6; octave++) {
      sum += weight * value((at * frequency + offset) * 2 ** octave + octave * 17)
      total += weight
      weight *= roughness
    }
    return sum / total
  }
}

/** Mulberry32: repeatable chance from 32 bits. */
const chance = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), 1 | state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return ((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296
  }
}
