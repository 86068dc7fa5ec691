import type { MeasuringState } from '@shared/contract/efficiency.ts'
import { computed, shallowRef } from 'vue'
import { useEvent } from '~/composables/use-event.ts'
import { useText } from '~/i18n/index.ts'
import { formatInteger } from '~/lib/format.ts'
import { call } from '~/transport/transport.ts'

/** What is being measured, as the core tells. */
export function useMeasuring() {
  const t = useText('efficiency')
  const state = shallowRef<MeasuringState>()
  useEvent('efficiency.changed', (changed) => (state.value = changed))
  void call('efficiency.state', {}).then((now) => (state.value ??= now))

  const active = computed(() => Boolean(state.value?.running) || waiting.value > 0)
  const waiting = computed(() => state.value?.waiting.length ?? 0)
  /** Of the checkpoint that is measured now. */
  const share = computed(() => {
    const running = state.value?.running
    return running ? running.done / running.total : null
  })
  const text = computed(() => {
    const running = state.value?.running
    if (!running) return ''
    const [key = '', size] = running.part.split(' ')
    const part = t(`part.${key as 'start'}`, { n: formatInteger(Number(size)) })
    return t('panel.progress', { name: running.name, part })
  })
  return { state, active, waiting, share, text }
}
