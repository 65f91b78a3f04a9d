import { parser } from "@prometheus-io/lezer-promql"

/** What an expression refers to. */
export interface Selector {
  readonly metric: string
  /** Labels that are compared, and what with. */
  readonly matchers: ReadonlyArray<{ readonly label: string; readonly operator: string; readonly value: string }>
  /** Labels that it is summed up by, or joined on. */
  readonly groupings: ReadonlyArray<string>
}

/** The selectors of an expression; one that is no PromQL is an error. */
export const selectorsOf = (expression: string): ReadonlyArray<Selector> => {
  const tree = parser.parse(expression)
  const textOf = (node: { readonly from: number; readonly to: number }) => expression.slice(node.from, node.to)
  const selectors: Array<Selector> = []
  tree.iterate({
    enter: (node) => {
      if (node.type.isError) throw new Error(`no PromQL at ${node.from}: ${expression}`)
      if (node.name !== "VectorSelector") return
      selectors.push({
        metric: textOf(node.node.getChild("Identifier") ?? { from: 0, to: 0 }),
        matchers: matchersOf(textOf(node)),
        groupings: groupingsAround(node.node, textOf)
      })
    }
  })
  return selectors
}

const matchersOf = (selector: string) =>
  [...selector.matchAll(/(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"/g)].map(([, label = "", operator = "", value = ""]) => ({
    label,
    operator,
    value
  }))

type Node = ReturnType<typeof parser.parse>["topNode"]

/** Of all aggregations that the selector stands in: they can sum up by no label that it does not have. */
const groupingsAround = (selector: Node, textOf: (node: Node) => string) => {
  const groupings: Array<string> = []
  for (let node: Node | null = selector; node !== null; node = node.parent) {
    const labels = node.getChild("AggregateModifier")?.getChild("GroupingLabels")
    for (const label of labels?.getChildren("LabelName") ?? []) groupings.push(textOf(label))
  }
  return groupings
}
