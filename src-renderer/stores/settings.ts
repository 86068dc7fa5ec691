import type { Settings } from '@shared/contract/settings.ts'
import { useMediaQuery } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, shallowRef, watchEffect } from 'vue'
import { locale, type Locale } from '../i18n/index.ts'
import { call, subscribe } from '../transport/transport.ts'

export type Theme = 'light' | 'dark'
type Changes = Partial<Settings>

/** Copied beside the core's, so that the first frame already has the right colours and language. */
const rememberedKey = 'virtlab.appearance'

/**
 * What the user has set. The core keeps it (it goes with the data folder, and other windows follow); theme
 * and language are applied at once.
 */
export const useSettings = defineStore('settings', () => {
  const settings = shallowRef<Settings>({
    theme: 'system',
    language: 'system',
    backend: 'auto',
    trainers: 1,
    folders: [],
    notifications: true,
    onQuit: 'ask',
    ...remembered(),
  })
  const systemDark = useMediaQuery('(prefers-color-scheme: dark)')

  const theme = computed<Theme>(() => {
    const chosen = settings.value.theme
    if (chosen !== 'system') return chosen
    return systemDark.value ? 'dark' : 'light'
  })
  const language = computed<Locale>(() => {
    const chosen = settings.value.language
    if (chosen !== 'system') return chosen
    return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en'
  })

  watchEffect(() => {
    document.documentElement.dataset.theme = theme.value
    document.documentElement.lang = language.value === 'zh' ? 'zh-CN' : 'en'
    locale.value = language.value
  })

  function accept(next: Settings): void {
    settings.value = next
    const { theme, language } = next
    localStorage.setItem(rememberedKey, JSON.stringify({ theme, language }))
  }

  async function load(): Promise<void> {
    accept(await call('settings.get', {}))
    subscribe('settings.changed', accept)
  }

  async function set(changes: Changes): Promise<void> {
    const before = settings.value
    accept({ ...before, ...changes })
    try {
      accept(await call('settings.set', changes))
    } catch (cause) {
      accept(before)
      throw cause
    }
  }

  const toggleTheme = () => set({ theme: theme.value === 'dark' ? 'light' : 'dark' })

  return { settings, theme, language, load, set, toggleTheme }
})

function remembered(): Pick<Changes, 'theme' | 'language'> {
  try {
    const { theme, language } = JSON.parse(localStorage.getItem(rememberedKey) ?? '{}') as Changes
    return {
      ...(theme === 'light' || theme === 'dark' ? { theme } : {}),
      ...(language === 'en' || language === 'zh' ? { language } : {}),
    }
  } catch {
    return {}
  }
}
