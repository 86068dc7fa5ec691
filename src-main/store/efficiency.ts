import type { Database } from 'better-sqlite3'
import {
  costMeasurement,
  hardwareOf,
  type CostMeasurement,
  type StoredMeasurement,
} from '../../src-shared/efficiency.ts'
import { newId } from './new-id.ts'

/** Measured costs of checkpoints. */
export interface EfficiencyTable {
  /** Newest first, of runs that are not deleted and of folders. What a newer Virtlab wrote is left out. */
  list(filter?: { runId?: string }): StoredMeasurement[]
  add(of: {
    run: { key: number; id: string } | null
    name: string
    checkpoint: StoredMeasurement['checkpoint']
    cost: CostMeasurement
  }): StoredMeasurement
}

interface Row {
  id: string
  runId: string | null
  name: string
  checkpoint: 'best' | 'last' | null
  step: number | null
  hardware: string
  measuredAt: number
  cost: string
}

export function createEfficiencyTable(db: Database): EfficiencyTable {
  const rows = db.prepare<{ runId: string | null }, Row>(
    `SELECT e.id, r.id AS runId, coalesce(r.name, e.name) AS name, e.checkpoint, e.step, e.hardware,
       e.measured_at AS measuredAt, e.cost
     FROM efficiency e LEFT JOIN runs r ON r.key = e.run
     WHERE r.deleted_at IS NULL AND (:runId IS NULL OR r.id = :runId) ORDER BY e.measured_at DESC, e.key DESC`,
  )
  const insert = db.prepare(`
    INSERT INTO efficiency (id, run, name, checkpoint, step, hardware, measured_at, cost)
    VALUES (:id, :run, :name, :checkpoint, :step, :hardware, :measuredAt, :cost)`)
  return {
    list: ({ runId = null } = {}) => rows.all({ runId }).flatMap((row) => read(row) ?? []),
    add({ run, name, checkpoint, cost }) {
      const id = newId()
      const hardware = hardwareOf(cost)
      const measuredAt = Math.round(cost.endedAt)
      insert.run({
        id,
        run: run?.key ?? null,
        name,
        checkpoint: checkpoint?.kind ?? null,
        step: checkpoint?.step ?? null,
        hardware,
        measuredAt,
        cost: JSON.stringify(cost),
      })
      return { id, runId: run?.id ?? null, name, checkpoint, hardware, measuredAt, cost }
    },
  }
}

function read({ checkpoint: kind, step, cost, ...row }: Row): StoredMeasurement | undefined {
  const parsed = costMeasurement.safeParse(JSON.parse(cost))
  if (!parsed.success) return undefined
  const checkpoint = kind === null || step === null ? null : { kind, step }
  return { ...row, checkpoint, cost: parsed.data }
}
