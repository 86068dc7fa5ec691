import type { RunSummary } from '../results/summarize.ts'

/** A run for `--json`; numbers JSON does not have (NaN, infinities) are texts. */
export function summaryForJson({ run, data, bestStep, values }: RunSummary): object {
  const { config, facts, provenance } = run
  return {
    id: run.id,
    name: run.name,
    seed: run.seed,
    status: run.status,
    recipe: run.recipe,
    suiteId: run.suiteId,
    teacherId: run.teacherId,
    groupHash: run.groupHash,
    backend: run.backend,
    device: run.device,
    error: run.error,
    createdAt: run.createdAt,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    deletedAt: run.deletedAt,
    model: config?.model.type ?? null,
    data,
    bestStep: bestStep ?? null,
    metrics: Object.fromEntries([...values].map(([name, value]) => [name, jsonNumber(value)])),
    config,
    facts,
    provenance,
  }
}

export const jsonNumber = (value: number): number | string =>
  Number.isFinite(value) ? value : String(value)
