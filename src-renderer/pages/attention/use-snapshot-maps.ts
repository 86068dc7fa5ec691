import type { ApiError } from '@shared/contract/errors.ts'
import type { AttentionMap } from '@shared/contract/attention.ts'
import { onScopeDispose, shallowRef, watch } from 'vue'
import { toApiError } from '~/composables/use-call.ts'
import { useEvent } from '~/composables/use-event.ts'
import { call } from '~/transport/transport.ts'
import { directionMaps, headDistances, type Direction } from './direction-maps.ts'
import { createMapCache } from './map-cache.ts'

export interface MapsRequest {
  id: string
  exampleId: string
  step: number
  layer: number
  directions: readonly Direction[]
}

/** What has been seen, and what is fetched ahead so that the next layer is there at once. */
const cacheBytes = 160 * 2 ** 20
const aheadBytes = 96 * 2 ** 20

/**
 * Stored maps of what is asked for; the last ones stay while others are on their way (`stale`). When
 * nothing else is to do, the other layers of the same step and its neighbours in time are fetched ahead.
 */
export function useSnapshotMaps(
  request: () => MapsRequest | null,
  neighbours: () => { layers: readonly number[]; steps: readonly number[] },
) {
  const cache = createMapCache(cacheBytes)
  /** Asked for and not answered yet: what is fetched ahead is not asked for twice. */
  const coming = new Map<string, Promise<AttentionMap[]>>()
  const shown = shallowRef<{ of: MapsRequest; maps: AttentionMap[] }>()
  const error = shallowRef<ApiError>()
  const stale = shallowRef(false)
  let turn = 0

  const keyOf = (of: MapsRequest, direction: Direction) =>
    JSON.stringify([of.id, of.exampleId, of.step, of.layer, direction])

  async function fetchMaps(of: MapsRequest): Promise<AttentionMap[]> {
    const answers = await Promise.all(
      of.directions.map(async (direction) => {
        const key = keyOf(of, direction)
        const known = cache.get(key) ?? coming.get(key)
        if (known) return known
        const { id, exampleId, step, layer } = of
        const answer = call('attention.maps', { id, exampleId, step, layer, direction }).then(
          ({ maps }) => {
            cache.set(key, maps)
            return maps
          },
        )
        coming.set(key, answer)
        return answer.finally(() => coming.delete(key))
      }),
    )
    return answers.flat()
  }

  function fromCache(of: MapsRequest): AttentionMap[] | undefined {
    const answers = of.directions.map((direction) => cache.get(keyOf(of, direction)))
    return answers.every((maps) => maps !== undefined) ? answers.flat() : undefined
  }

  async function load(): Promise<void> {
    const of = request()
    const mine = ++turn
    error.value = undefined
    if (!of) {
      shown.value = undefined
      stale.value = false
      return
    }
    const known = fromCache(of)
    if (known) {
      shown.value = { of, maps: known }
      stale.value = false
    } else {
      stale.value = true
      try {
        const maps = await fetchMaps(of)
        if (mine !== turn) return
        shown.value = { of, maps }
      } catch (cause) {
        if (mine !== turn) return
        error.value = toApiError(cause)
      }
      stale.value = false
    }
    setTimeout(() => void fetchAhead(of, mine), 60)
  }

  /** Nearest first, one after the other, until something else is asked for. */
  async function fetchAhead(of: MapsRequest, mine: number): Promise<void> {
    const { layers, steps } = neighbours()
    const at = steps.indexOf(of.step)
    const ahead = [
      ...layers
        .filter((layer) => layer !== of.layer)
        .toSorted((a, b) => Math.abs(a - of.layer) - Math.abs(b - of.layer))
        .map((layer) => ({ ...of, layer })),
      ...[steps[at + 1], steps[at - 1]]
        .filter((step) => step !== undefined)
        .map((step) => ({ ...of, step })),
    ]
    let fetched = 0
    for (const next of ahead) {
      if (mine !== turn || fetched > aheadBytes) return
      if (next.directions.every((direction) => cache.has(keyOf(next, direction)))) continue
      try {
        const maps = await fetchMaps(next)
        prepare(maps, next.directions)
        fetched += maps.reduce((sum, map) => sum + map.data.byteLength, 0)
      } catch {
        // Nobody asked for these; whoever does will see what is wrong.
        return
      }
    }
  }

  /** Works out what will be shown of them, which is kept with them. */
  function prepare(maps: AttentionMap[], of: readonly Direction[]): void {
    for (const direction of of) {
      const view = directionMaps(maps, direction)
      if (view) headDistances(view, 'total_variation')
    }
  }

  watch(() => JSON.stringify(request()), load, { immediate: true })
  // A resumed run trains these steps anew.
  useEvent('run.truncated', () => cache.clear())
  onScopeDispose(() => (turn += 1))
  return { shown, error, stale, reload: load }
}
