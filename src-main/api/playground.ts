import { checkpointOfRun } from '../efficiency/subjects.ts'
import type { ApiContext, Handlers } from './context.ts'

/** Models tried by hand: all questions go to one process, which keeps what it has loaded. */
export function playgroundHandlers({ core, models }: ApiContext): Handlers<'playground.rank'> {
  return {
    async 'playground.rank'({ id, query, candidates, label }) {
      const { dir } = checkpointOfRun(core, core.store.runs.get(id))
      const { rankings } = await (candidates.kind === 'typed'
        ? models.ask({ kind: 'rank', dir, query, candidates: candidates.texts, label })
        : models.ask({
            kind: 'match',
            index: candidates.dir,
            dir,
            queries: { text: query },
            top: candidates.top,
            label,
          }))
      const [ranking] = rankings
      if (!ranking) throw new Error('a query was left unanswered')
      return ranking
    },
  }
}
