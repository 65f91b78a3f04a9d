import { createHash } from "node:crypto"
import { withoutFaults } from "./PromptFaults.ts"
import type { ChatRequest } from "./Wire.ts"

/**
 * The improved prompt, which keeps the user's words and adds to them. The whole body decides which additions: an
 * identical body is answered identically, as by the upstream's cache, and another `seed` brings another text.
 */
export const enhance = (request: ChatRequest, body: Uint8Array): string => {
  const subject = withoutFaults(userText(request))
  const phrases = /\p{Script=Han}/u.test(subject) ? chinese : english
  const digest = createHash("sha256").update(body).digest()
  const bold = (request.temperature ?? 0) > 0.5 ? [phrases.bold] : []
  const added = [phrases.setting, phrases.light, phrases.material, phrases.mood, ...bold].map(
    (choices, index) => choices[(digest[index] ?? 0) % choices.length]
  )
  return subject.replace(/[\s.,;，。；]+$/u, "") + phrases.dash + added.join(phrases.comma) + phrases.stop
}

/** The last user message: what is to be improved. */
export const userText = (request: ChatRequest): string => {
  const content = request.messages.findLast((message) => message.role === "user")?.content ?? ""
  return typeof content === "string" ? content : content.map((part) => part.text ?? "").join(" ")
}

/** The text word by word, and Chinese two characters at a time. */
export const tokens = (text: string): ReadonlyArray<string> =>
  text.match(/\s*(?:\p{Script=Han}{1,2}|[^\s\p{Script=Han}]+)/gu) ?? []

interface Phrases {
  readonly dash: string
  readonly comma: string
  readonly stop: string
  readonly setting: ReadonlyArray<string>
  readonly light: ReadonlyArray<string>
  readonly material: ReadonlyArray<string>
  readonly mood: ReadonlyArray<string>
  readonly bold: ReadonlyArray<string>
}

const english: Phrases = {
  dash: " — ",
  comma: ", ",
  stop: ".",
  setting: [
    "set low in the frame with a wide field of mist behind",
    "seen from slightly above, the foreground softly out of focus",
    "off centre against receding blue hills",
    "framed by dark branches close to the lens",
    "alone in open space, the horizon kept low and level"
  ],
  light: [
    "first sunlight grazing in from the left",
    "overcast light without hard shadows",
    "a warm lamp glow against the cold dusk",
    "backlit so that every edge carries a thin bright rim",
    "late sun broken by drifting cloud"
  ],
  material: [
    "wet stone and worn wood rendered in fine detail",
    "visible paper grain and soft pigment edges",
    "frost on every surface, breath hanging in the air",
    "muted ochre, slate and a single note of vermilion",
    "fine dust in the light, textures close enough to touch"
  ],
  mood: [
    "quiet and expectant",
    "calm, with the feeling of an early start",
    "a little melancholy, unhurried",
    "still, as if just before the first sound",
    "tender and slightly playful"
  ],
  bold: [
    "its reflection showing a different season",
    "the shadow drawn longer than the hour allows",
    "constellations traced faintly through the daylight",
    "everything around it built from folded paper"
  ]
}

const chinese: Phrases = {
  dash: "，",
  comma: "，",
  stop: "。",
  setting: [
    "主体位于画面偏低处，身后是大片薄雾",
    "略微俯视，前景柔和虚化",
    "偏离中心，远处层叠的青山渐次淡去",
    "近处深色枝叶作为框景"
  ],
  light: ["晨光自左侧斜照", "阴天柔光，没有生硬的阴影", "暖色灯火映着清冷的暮色", "逆光勾出细细的亮边"],
  material: [
    "湿润的石面与旧木纹理清晰可辨",
    "可见纸张纹理与颜料晕染的边缘",
    "表面覆着薄霜",
    "赭石、石青与一点朱砂的配色"
  ],
  mood: ["安静而带着期待", "从容，像清晨刚刚开始", "略带惆怅，不紧不慢", "温柔而略有童趣"],
  bold: ["水中的倒影属于另一个季节", "影子比时辰所应有的更长", "白昼里隐约可见星座的连线"]
}
