export type Rgb = readonly [red: number, green: number, blue: number]

/** The colours of one hour of the day. */
export interface Palette {
  readonly zenith: Rgb
  readonly sky: Rgb
  readonly horizon: Rgb
  readonly sun: Rgb
  readonly farRidge: Rgb
  readonly nearRidge: Rgb
  readonly water: Rgb
  readonly stars: boolean
}

/** One of five hours, its hues turned a little by chance. */
export const palette = (random: () => number): Palette => {
  const hour = hours[Math.floor(random() * hours.length)] ?? hours[0]
  const turn = (random() - 0.5) * 36
  const colour = ([lightness, chroma, hue]: Oklch) => rgb(lightness, chroma, hue + turn)
  return {
    zenith: colour(hour.zenith),
    sky: colour(hour.sky),
    horizon: colour(hour.horizon),
    sun: colour(hour.sun),
    farRidge: colour(hour.farRidge),
    nearRidge: colour(hour.nearRidge),
    water: colour(hour.water),
    stars: hour.stars
  }
}

export const mix = (a: Rgb, b: Rgb, share: number): Rgb => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
  a[2] + (b[2] - a[2]) * share
]

type Oklch = readonly [lightness: number, chroma: number, hue: number]

const dawn = {
  zenith: [0.55, 0.11, 285],
  sky: [0.75, 0.12, 345],
  horizon: [0.9, 0.09, 65],
  sun: [0.98, 0.06, 85],
  farRidge: [0.76, 0.08, 350],
  nearRidge: [0.24, 0.06, 300],
  water: [0.38, 0.07, 310],
  stars: false
} as const satisfies Record<keyof Palette, Oklch | boolean>

const hours = [
  dawn,
  {
    zenith: [0.62, 0.11, 240],
    sky: [0.81, 0.08, 225],
    horizon: [0.95, 0.04, 95],
    sun: [0.99, 0.04, 100],
    farRidge: [0.8, 0.05, 215],
    nearRidge: [0.3, 0.06, 180],
    water: [0.42, 0.07, 215],
    stars: false
  },
  {
    zenith: [0.4, 0.12, 295],
    sky: [0.62, 0.18, 20],
    horizon: [0.85, 0.15, 65],
    sun: [0.95, 0.11, 85],
    farRidge: [0.66, 0.13, 25],
    nearRidge: [0.19, 0.06, 320],
    water: [0.3, 0.09, 330],
    stars: false
  },
  {
    zenith: [0.2, 0.07, 275],
    sky: [0.33, 0.1, 265],
    horizon: [0.58, 0.1, 225],
    sun: [0.97, 0.03, 95],
    farRidge: [0.47, 0.08, 240],
    nearRidge: [0.13, 0.04, 270],
    water: [0.2, 0.07, 260],
    stars: true
  },
  {
    zenith: [0.47, 0.08, 195],
    sky: [0.71, 0.09, 170],
    horizon: [0.92, 0.09, 100],
    sun: [0.98, 0.08, 95],
    farRidge: [0.7, 0.07, 165],
    nearRidge: [0.22, 0.05, 190],
    water: [0.34, 0.06, 190],
    stars: false
  }
] as const satisfies ReadonlyArray<Record<keyof Palette, Oklch | boolean>>

/** OKLCH to sRGB of 0 to 255 (https://bottosson.github.io/posts/oklab). */
const rgb = (lightness: number, chroma: number, hue: number): Rgb => {
  const a = chroma * Math.cos((hue * Math.PI) / 180)
  const b = chroma * Math.sin((hue * Math.PI) / 180)
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    gamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    gamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    gamma(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s)
  ]
}

const gamma = (linear: number): number => {
  const value = Math.min(1, Math.max(0, linear))
  return 255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055)
}
