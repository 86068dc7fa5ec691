import type { Database } from 'better-sqlite3'
import type { AttentionMap } from '../../../src-shared/contract/attention.ts'
import { unpackMap } from '../../trainer/attention/pack-map.ts'

/** A stored snapshot without its map. */
export interface Snapshot {
  key: number
  step: number
  exampleId: string
  layer: number
  source: 'teacher' | 'student'
  direction: 'x_to_y' | 'y_to_x'
  heads: number
  rows: number
}

interface MapRow extends Omit<AttentionMap, 'rowTokens' | 'columnTokens' | 'data'> {
  rowTokens: string
  columnTokens: string
  data: Uint8Array
}

export interface MapsWanted {
  exampleId: string
  step: number
  layer: number
  source: Snapshot['source']
  direction: Snapshot['direction'] | undefined
}

export interface SnapshotReader {
  /** `run` is the run's key. */
  list(run: number): Snapshot[]
  /** [heads * rows * columns] */
  map(key: number): Float32Array
  /** Of both directions where none is named. */
  maps(run: number, of: MapsWanted): AttentionMap[]
  /** Words of X and Y of an example, from any of its maps. */
  tokens(run: number, exampleId: string): { x: string[]; y: string[] } | undefined
}

export function createSnapshotReader(db: Database): SnapshotReader {
  const list = db.prepare<[number], Snapshot>(`
    SELECT key, step, example AS exampleId, layer, source, direction, heads,
      json_array_length(row_tokens) AS rows
    FROM attention_snapshots WHERE run = ? ORDER BY key`)
  const data = db
    .prepare<[number], Uint8Array>('SELECT data FROM attention_snapshots WHERE key = ?')
    .pluck()
  const maps = db.prepare<
    [Omit<MapsWanted, 'direction'> & { run: number; direction: string | null }],
    MapRow
  >(`
    SELECT source, direction, layer, step, heads, row_tokens AS rowTokens,
      column_tokens AS columnTokens, data FROM attention_snapshots
    WHERE run = @run AND step = @step AND example = @exampleId AND layer = @layer
      AND source = @source AND direction = ifnull(@direction, direction) ORDER BY direction`)
  const tokens = db.prepare<[number, string], { rowTokens: string; columnTokens: string }>(`
    SELECT row_tokens AS rowTokens, column_tokens AS columnTokens FROM attention_snapshots
    WHERE run = ? AND example = ? AND direction = 'x_to_y' LIMIT 1`)
  return {
    list: (run) => list.all(run),
    map(key) {
      const packed = data.get(key)
      if (!packed) throw new Error(`attention snapshot ${key} went away`)
      return unpackMap(packed)
    },
    maps: (run, wanted) =>
      maps.all({ ...wanted, run, direction: wanted.direction ?? null }).map((row) => ({
        ...row,
        rowTokens: JSON.parse(row.rowTokens) as string[],
        columnTokens: JSON.parse(row.columnTokens) as string[],
        data: unpackMap(row.data),
      })),
    tokens(run, exampleId) {
      const row = tokens.get(run, exampleId)
      return (
        row && {
          x: JSON.parse(row.rowTokens) as string[],
          y: JSON.parse(row.columnTokens) as string[],
        }
      )
    },
  }
}
