import { config } from './config.ts'
import type { ExportContent } from './content.ts'
import { metrics } from './metrics.ts'
import { points } from './points.ts'
import { predictions } from './predictions.ts'

/** Everything that can be exported, one file each. */
export const exportContents: ExportContent[] = [metrics, points, predictions, config]
