import type { CallRequest } from '../../src-shared/contract/index.ts'

/** What the program around the core can do and others cannot: the window has native dialogs. */
export interface Shell {
  kind: 'window' | 'served'
  /** The chosen path; null: closed without choosing. Undefined where there are no dialogs. */
  pick?: (request: CallRequest<'fs.pick'>) => Promise<string | null>
  /** Shows a file or folder in the system's file manager. */
  reveal?: (path: string) => void
}
