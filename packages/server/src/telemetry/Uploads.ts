import * as MetricFamily from "@scnmnt/core/MetricFamily"
import { type Effect, Metric } from "effect"

const sizes = MetricFamily.make({ storage: ["memory", "disk"] }, (attributes) =>
  Metric.histogram("scnmnt_upload_size_bytes", {
    description: "Size of the reference images that were received, by where they were kept meanwhile",
    attributes,
    boundaries: [65_536, 262_144, 1_048_576, 2_097_152, 4_194_304, 8_388_608, 16_777_216]
  })
)

/** A reference image arrived whole. */
export const received = (size: number, storage: "memory" | "disk"): Effect.Effect<void> =>
  Metric.update(sizes.of({ storage }), size)

/** Every series, to be shown from the start. */
export const { all } = sizes
