import { mlflow } from './mlflow.ts'
import type { RunExporter } from './run-exporter.ts'
import { tensorboard } from './tensorboard.ts'

/** Every program that runs can be handed to, one file each. */
export const runExporters: RunExporter[] = [tensorboard, mlflow]
