import type { Importer } from './importer.ts'
import { bundle } from './bundle.ts'
import { mlflow } from './mlflow/importer.ts'
import { tensorboard } from './tensorboard/importer.ts'
import { wandb } from './wandb/importer.ts'
import { virtlab } from './virtlab.ts'

/** Everything that can be imported, one file each; the first that knows a path reads it. */
export const importers: Importer[] = [bundle, virtlab, mlflow, wandb, tensorboard]
