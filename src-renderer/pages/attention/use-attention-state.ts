import { distanceMeasures } from '@shared/contract/attention.ts'
import {
  asNumber,
  asText,
  oneOf,
  useQueryState,
  type QueryCodec,
} from '~/composables/use-query-state.ts'
import { mapKinds } from './direction-maps.ts'

export const directionChoices = ['x_to_y', 'y_to_x', 'both'] as const
export const modes = ['stored', 'typed'] as const
export const checkpointKinds = ['best', 'last'] as const
const scales = ['head', 'layer'] as const
const extents = ['example', 'all'] as const
const lineChoices = ['layers', 'heads'] as const

/** A word of X or Y by its place, e.g. x3. */
export interface PinnedWord {
  text: 'x' | 'y'
  index: number
}

const asWord: QueryCodec<PinnedWord | undefined> = {
  read: (text) => {
    const match = /^([xy])(\d{1,4})$/.exec(text)
    return match ? { text: match[1] === 'x' ? 'x' : 'y', index: Number(match[2]) } : undefined
  },
  write: (word) => (word ? `${word.text}${word.index}` : ''),
}

/** What the page shows, all of it in the address. 0 and '' stand for "as it comes". */
export function useAttentionState() {
  return {
    run: useQueryState('run', '', asText, { push: true }),
    mode: useQueryState('source', 'stored', oneOf(modes)),
    example: useQueryState('example', '', asText),
    /** −1: the newest, also while newer ones come. */
    step: useQueryState('step', -1, asNumber),
    layer: useQueryState('layer', 0, asNumber),
    /** From 1. */
    head: useQueryState('head', 1, asNumber),
    direction: useQueryState('direction', 'x_to_y', oneOf(directionChoices)),
    word: useQueryState('word', undefined, asWord),
    headsOf: useQueryState('heads', 'student', oneOf(mapKinds)),
    headScale: useQueryState('scale', 'head', oneOf(scales)),
    pairsBy: useQueryState('pairs', 'difference', oneOf(mapKinds)),
    measure: useQueryState('measure', 'total_variation', oneOf(distanceMeasures)),
    over: useQueryState('over', 'example', oneOf(extents)),
    lines: useQueryState('lines', 'layers', oneOf(lineChoices)),
    checkpoint: useQueryState('checkpoint', 'best', oneOf(checkpointKinds)),
    x: useQueryState('x', '', asText),
    y: useQueryState('y', '', asText),
  }
}

export type AttentionState = ReturnType<typeof useAttentionState>
