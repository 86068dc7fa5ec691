import { resolve } from 'node:path'
import { Option, type Command } from 'commander'
import { checkpointOf } from '../../efficiency/subjects.ts'
import { exportTargets } from '../../trainer/use/protocol.ts'
import { withModelUser } from '../use-model.ts'

interface ExportModelOptions {
  to: (typeof exportTargets)[number]
  out: string
  checkpoint: 'best' | 'last'
}

/** `virtlab model export RUN --to onnx` */
export function addModel(program: Command): void {
  const model = program.command('model').description('Trained models for other programs.')
  model
    .command('export')
    .description('Write a trained model for transformers or as ONNX. docs/use-a-model.md.')
    .argument('<model>', 'a run (id, first letters of one, name) or a model folder')
    .addOption(
      new Option('--to <format>', 'transformers: AutoModel’s folder; onnx: graphs')
        .choices(exportTargets)
        .makeOptionMandatory(),
    )
    .requiredOption('--out <dir>', 'a new or empty folder')
    .addOption(
      new Option('--checkpoint <kind>', 'of a run').choices(['best', 'last']).default('best'),
    )
    .action(async (reference: string, options: ExportModelOptions, command: Command) => {
      await withModelUser(command, async (user, core) => {
        const { dir } = checkpointOf(core, reference, options.checkpoint)
        const out = resolve(options.out)
        const { files } = await user.ask({ kind: 'export', dir, out, to: options.to })
        console.log(`${options.out}: ${files.join(', ')}`)
      })
    })
}
