import { useRouter } from 'vue-router'
import { useAction } from '~/composables/use-action.ts'
import { useText } from '~/i18n/index.ts'
import { useFilePicker } from '~/stores/file-picker.ts'
import { useImport } from '~/stores/import.ts'
import { useToasts } from '~/stores/toasts.ts'
import { call } from '~/transport/transport.ts'

/** The three ways in: the demo, a dataset, somebody's runs. */
export function useStart() {
  const t = useText('home')
  const router = useRouter()
  const toasts = useToasts()
  const picker = useFilePicker()
  const imports = useImport()
  const demo = useAction()
  const others = useAction()

  const startDemo = () =>
    demo.run(async () => {
      const { runs } = await call('demo.start', {})
      toasts.show(t('demoStarted'), { tone: 'good' })
      if (runs[0] !== undefined) await router.push(`/run/${runs[0]}`)
    })

  const openDataset = () =>
    others.run(async () => {
      const path = await picker.pick({
        kind: 'file',
        title: t('datasetTitle'),
        extensions: ['tsv', 'csv', 'txt', 'json', 'jsonl', 'parquet'],
      })
      if (path !== undefined) await router.push({ path: '/new', query: { dataset: path } })
    })

  const importRuns = () => (imports.open = true)

  return { startDemo, startingDemo: demo.busy, openDataset, importRuns }
}
