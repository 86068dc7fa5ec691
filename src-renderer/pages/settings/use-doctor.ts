import type { BackendState, InstallProgress } from '@shared/contract/doctor.ts'
import type { ApiError, CallOutput } from '@shared/contract/index.ts'
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { toApiError } from '~/composables/use-call.ts'
import { useText } from '~/i18n/index.ts'
import { useToasts } from '~/stores/toasts.ts'
import { call, subscribe } from '~/transport/transport.ts'

/**
 * What `doctor.probe` found, and an installation under way. A store: trying the backends takes seconds,
 * and an installation goes on while one looks at another page.
 */
export const useDoctor = defineStore('doctor', () => {
  const t = useText('settings')
  const toasts = useToasts()
  const found = shallowRef<CallOutput<'doctor.probe'>>()
  const error = shallowRef<ApiError>()
  const checking = shallowRef(false)
  /** By backend; what ended stays to be read. */
  const installs = shallowRef<ReadonlyMap<string, InstallProgress>>(new Map())

  async function check(): Promise<void> {
    if (checking.value) return
    checking.value = true
    error.value = undefined
    try {
      found.value = await call('doctor.probe', {})
    } catch (cause) {
      error.value = toApiError(cause)
    }
    checking.value = false
  }

  subscribe('backend.install', (progress) => {
    // A step's own lines do not say how far it is.
    const fraction = progress.fraction ?? installs.value.get(progress.name)?.fraction ?? null
    installs.value = new Map(installs.value).set(progress.name, { ...progress, fraction })
    if (progress.state === 'running') return
    const { name, state, text, fix } = progress
    if (state === 'done')
      toasts.show(t('backends.installed', { name }), { tone: 'good', detail: text })
    else toasts.show(t('backends.failed', { name }), { tone: 'bad', detail: fix ?? text })
    void check()
  })

  async function install(name: BackendState['name'], cuda: boolean): Promise<void> {
    const { started } = await call('backend.install', { name, ...(cuda ? { cuda } : {}) })
    if (!started) toasts.show(t('backends.started'))
    else {
      const begun = { name, state: 'running', text: '', fraction: null, fix: null } as const
      if (!installs.value.has(name)) installs.value = new Map(installs.value).set(name, begun)
    }
  }

  return { found, error, checking, installs, check, install }
})
