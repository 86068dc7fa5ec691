import type { BackendName } from '../../../src-shared/config/run.ts'
import type { ActiveBackend } from './backend.ts'

/** What a backend's file exports to the registry in index.ts. */
export interface BackendDefinition {
  name: BackendName
  /**
   * Makes it tfjs's global backend. A backend that cannot be used here throws a UserError that says why
   * and what to do.
   * @param backendsDir the data folder's `backends`
   * @param byName it was asked for by name, so a slow form of it will do
   */
  activate(options: { backendsDir: string; byName: boolean }): Promise<ActiveBackend>
}
