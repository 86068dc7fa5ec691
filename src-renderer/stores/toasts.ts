import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { useText } from '../i18n/index.ts'

export interface Toast {
  id: number
  text: string
  tone: 'neutral' | 'good' | 'bad'
  detail?: string | undefined
  undo?: (() => Promise<unknown>) | undefined
  action?: { label: string; run: () => void } | undefined
  /** Milliseconds on screen. */
  duration: number
}

/**
 * Short messages at the bottom right. What was deleted or archived is told with `undo`; the last of those
 * can also be undone by Ctrl/Cmd+Z as long as it is shown.
 */
export const useToasts = defineStore('toasts', () => {
  const toasts = shallowRef<Toast[]>([])
  let nextId = 1
  const t = useText('shell')

  function show(
    text: string,
    options: Partial<Pick<Toast, 'tone' | 'detail' | 'undo' | 'action' | 'duration'>> = {},
  ): void {
    const { tone = 'neutral', undo } = options
    const duration = options.duration ?? (undo || tone === 'bad' ? 10_000 : 4_000)
    const toast: Toast = { ...options, id: nextId++, text, tone, duration }
    toasts.value = [...toasts.value.slice(-3), toast]
  }

  function showError(error: { message: string; fix?: string | undefined }): void {
    show(error.message, { tone: 'bad', detail: error.fix })
  }

  function dismiss(id: number): void {
    toasts.value = toasts.value.filter((toast) => toast.id !== id)
  }

  async function undo(toast: Toast): Promise<void> {
    dismiss(toast.id)
    try {
      await toast.undo?.()
      show(t('undone'))
    } catch (cause) {
      showError({ message: cause instanceof Error ? cause.message : String(cause) })
    }
  }

  /** Whether there was something to undo. */
  function undoLast(): boolean {
    const last = toasts.value.findLast((toast) => toast.undo)
    if (last) void undo(last)
    return last !== undefined
  }

  return { toasts, show, showError, dismiss, undo, undoLast }
})
