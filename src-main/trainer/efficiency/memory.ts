import type { CountedQuantity, MeasureSettings } from '../../../src-shared/efficiency.ts'
import { quantities } from './quantities/index.ts'
import type { Subject } from './subject.ts'

/**
 * The process's largest memory after the greatest batch and the most candidates, once each. The greatest so far never
 * falls again, so the model must be alone in its process.
 * @param load told apart so that the memory before it is known
 */
export async function measureMemory(
  load: () => Promise<Subject>,
  settings: MeasureSettings,
): Promise<Partial<Record<CountedQuantity, number>>> {
  const base = process.memoryUsage.rss()
  const subject = await load()
  for (const quantity of quantities) {
    if (quantity.kind !== 'timed' || !quantity.compared) continue
    const size = Math.max(...quantity.sizes(settings, subject))
    const work = quantity.prepare(subject, size)
    await work.run(0)
    work.dispose?.()
  }
  subject.model.dispose()
  return {
    base_memory_bytes: base,
    // Node gives kilobytes on every system.
    peak_memory_bytes: 1024 * process.resourceUsage().maxRSS,
  }
}
