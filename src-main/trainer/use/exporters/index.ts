import { onnxExporter } from './onnx.ts'
import type { ModelExporter } from './exporter.ts'
import type { exportTargets } from '../protocol.ts'
import { transformersExporter } from './transformers.ts'

/** What a model can be exported to; one file each, and its name in protocol.ts. */
export const modelExporters: Record<(typeof exportTargets)[number], ModelExporter> = {
  transformers: transformersExporter,
  onnx: onnxExporter,
}
