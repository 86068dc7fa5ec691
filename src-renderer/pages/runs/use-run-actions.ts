import { shallowRef } from 'vue'
import { useRouter } from 'vue-router'
import { useAction } from '~/composables/use-action.ts'
import { useText } from '~/i18n/index.ts'
import { copyToClipboard } from '~/lib/files.ts'
import { formatBytes } from '~/lib/format.ts'
import { useBundle } from '~/stores/bundle.ts'
import { useToasts } from '~/stores/toasts.ts'
import { call } from '~/transport/transport.ts'

export const mostCompared = 100

/** What one does with runs, here and on a run's own page: each says what it did and how to undo it. */
export function useRunActions() {
  const t = useText('runs')
  const toasts = useToasts()
  const router = useRouter()
  const bundles = useBundle()
  const { busy, run } = useAction()
  /** Asked about before they are gone for good. */
  const toPurge = shallowRef<readonly string[]>([])

  const archive = (ids: readonly string[], archived: boolean) =>
    run(async () => {
      await call('runs.archive', { ids: [...ids], archived })
      toasts.show(t(archived ? 'done.archived' : 'done.unarchived', { n: ids.length }), {
        undo: () => call('runs.archive', { ids: [...ids], archived: !archived }),
      })
      return true
    })

  const remove = (ids: readonly string[]) =>
    run(async () => {
      await call('runs.delete', { ids: [...ids] })
      toasts.show(t('done.deleted', { n: ids.length }), {
        undo: () => call('runs.restore', { ids: [...ids] }),
      })
      return true
    })

  const restore = (ids: readonly string[]) =>
    run(async () => {
      await call('runs.restore', { ids: [...ids] })
      toasts.show(t('done.restored', { n: ids.length }), {
        undo: () => call('runs.delete', { ids: [...ids] }),
      })
      return true
    })

  const purge = () =>
    run(async () => {
      const ids = [...toPurge.value]
      const { freedBytes } = await call('runs.purge', { ids })
      toPurge.value = []
      toasts.show(t('done.purged', { n: ids.length, bytes: formatBytes(freedBytes) }))
      return true
    })

  function compare(ids: readonly string[]): void {
    if (ids.length > mostCompared) toasts.show(t('actions.tooMany', { n: mostCompared }))
    void router.push({ path: '/compare', query: { runs: ids.slice(0, mostCompared).join(',') } })
  }

  async function copyId(id: string): Promise<void> {
    if (await copyToClipboard(id)) toasts.show(t('done.copied'))
  }

  const bundle = (runs: readonly string[], name: string) =>
    void (bundles.request = { runs, suites: [], name })
  const clone = (id: string) => void router.push({ path: '/new', query: { clone: id } })
  const open = (id: string) => void router.push(`/run/${id}`)

  return { busy, toPurge, archive, remove, restore, purge, compare, copyId, bundle, clone, open }
}
