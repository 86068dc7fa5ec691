import { useAction } from '~/composables/use-action.ts'
import { useText } from '~/i18n/index.ts'
import { useSettings } from '~/stores/settings.ts'
import { useToasts } from '~/stores/toasts.ts'
import { call } from '~/transport/transport.ts'
import { useDraft } from './draft.ts'
import { readRecipe, setInRecipe, valueAt } from './recipe-document.ts'

/** Ways into a draft that ask the core first; each can be undone, since it replaces what was written. */
export function useBegin() {
  const t = useText('newRun')
  const draft = useDraft()
  const toasts = useToasts()
  const settings = useSettings()
  const { run } = useAction()

  /** A recipe that is begun here is trained with the backend of the settings, unless it says otherwise. */
  function withUsualBackend(yaml: string): string {
    const { backend } = settings.settings
    const { content } = readRecipe(yaml)
    const says = [content?.defaults, ...(content?.runs.values() ?? [])].some(
      (config) => valueAt(config, ['backend']) !== undefined,
    )
    return backend === 'auto' || says ? yaml : setInRecipe(yaml, ['defaults', 'backend'], backend)
  }
  const fresh = (yaml: string) => draft.begin({ yaml: withUsualBackend(yaml) })

  function replace(next: Parameters<typeof draft.begin>[0], message: string): void {
    const wasEmpty = draft.isEmpty
    const before = draft.begin(next)
    if (wasEmpty) return
    toasts.show(message, {
      undo: async () => {
        draft.restore(before)
        await Promise.resolve()
      },
    })
  }

  /** A run's settings; its teacher, where it has one, comes along and is not trained again. */
  const clone = (id: string, checkpointStep?: number) =>
    run(async () => {
      const { yaml, teacher } = await call('runs.clone', {
        id,
        ...(checkpointStep === undefined ? {} : { checkpointStep }),
      })
      const status = teacher && (await call('runs.get', { id: teacher.id })).brief.status
      const reuse = teacher && status === 'completed' ? { [teacher.name]: teacher.id } : {}
      replace({ yaml, reuse }, t('start.replaced'))
    })

  const preset = (id: string) =>
    run(async () => {
      const { presets } = await call('recipe.presets', {})
      const found = presets.find((candidate) => candidate.id === id)
      if (found) replace({ yaml: withUsualBackend(found.yaml) }, t('start.replaced'))
    })

  /** The paper's three runs on this file; what is written already keeps its settings. */
  const dataset = (path: string) =>
    run(async () => {
      if (draft.isEmpty) {
        const { presets } = await call('recipe.presets', {})
        const virt = presets.find(({ id }) => id === 'virt')
        fresh(virt?.yaml ?? '')
      }
      draft.set(null, ['data', 'dataset'], 'files')
      draft.set(null, ['data', 'train'], { path })
    })

  const startOver = () => replace({ yaml: '' }, t('start.cleared'))

  return { fresh, clone, preset, dataset, startOver }
}
