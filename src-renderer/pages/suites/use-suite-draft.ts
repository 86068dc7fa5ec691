import type { ModelType } from '@shared/config/model.ts'
import type { BackendChoice } from '@shared/config/run.ts'
import type { SuiteInput } from '@shared/contract/suites.ts'
import type { PresetOptions } from '@shared/suite.ts'
import { refDebounced } from '@vueuse/core'
import { computed, reactive, ref, watch } from 'vue'
import { useCall } from '~/composables/use-call.ts'
import { asText, oneOf, useQueryState } from '~/composables/use-query-state.ts'
import { readSeeds } from './seeds.ts'

export const sources = ['preset', 'yaml'] as const

/** What the form of a preset holds, as typed. */
export interface PresetForm {
  data: string
  /** `usual`: what the data's recipe says, else tiny. */
  size: NonNullable<PresetOptions['size']> | 'usual'
  pretrained: string
  vocab: string
  students: ModelType[]
  alpha: number | undefined
  steps: number | undefined
  teacherSteps: number | undefined
  epochs: number | undefined
}

/**
 * A suite that is being put together: a preset with its options, or a recipe as text; and what the core says
 * of it, a moment after one stops typing.
 */
export function useSuiteDraft() {
  const source = useQueryState<(typeof sources)[number]>('from', 'preset', oneOf(sources))
  const preset = useQueryState('preset', 'main', asText)
  const form = reactive<PresetForm>({
    data: 'demo',
    size: 'usual',
    pretrained: '',
    vocab: '',
    students: [],
    alpha: undefined,
    steps: undefined,
    teacherSteps: undefined,
    epochs: undefined,
  })
  const seedText = ref('3')
  /** Of the core; `asked`: what the recipe or the settings say. */
  const backend = ref<BackendChoice | 'asked'>('asked')
  /** `path=value`, one a line. */
  const settings = ref('')
  const yaml = ref('')
  const folder = ref<string>()

  const seeds = computed(() => readSeeds(seedText.value))
  /** The text has its own seeds; the field says otherwise where it is filled. */
  const seedsAreRead = computed(
    () => seeds.value !== undefined || (source.value === 'yaml' && seedText.value.trim() === ''),
  )
  // A recipe brings its own, a preset has none.
  watch(source, (now) => (seedText.value = now === 'yaml' ? '' : seedText.value || '3'), {
    immediate: true,
  })

  const options = computed((): PresetOptions => {
    const { data, size, pretrained, vocab, students, ...numbers } = form
    const given = Object.entries(numbers).filter(([, value]) => value !== undefined)
    return {
      ...Object.fromEntries(given),
      ...(data.trim() ? { data: data.trim() } : {}),
      ...(size === 'usual' ? {} : { size }),
      ...(pretrained.trim() ? { pretrained: pretrained.trim() } : {}),
      ...(vocab.trim() ? { vocab: vocab.trim() } : {}),
      ...(students.length > 0 ? { students: [...students] } : {}),
    }
  })
  const input = computed((): SuiteInput | null => {
    if (!seedsAreRead.value) return null
    if (source.value === 'yaml' && yaml.value.trim() === '') return null
    const set = settings.value.split('\n').flatMap((line) => line.trim() || [])
    return {
      ...(source.value === 'preset'
        ? { preset: preset.value, options: options.value }
        : { yaml: yaml.value, ...(folder.value ? { folder: folder.value } : {}) }),
      ...(seeds.value ? { seeds: seeds.value } : {}),
      ...(backend.value === 'asked' ? {} : { backend: backend.value }),
      set,
    }
  })
  const text = computed(() => JSON.stringify(input.value))
  const settled = refDebounced(text, 250)
  const {
    data: plan,
    error,
    loading,
  } = useCall('suites.plan', () => JSON.parse(settled.value) as SuiteInput | null, {
    on: { 'suite.changed': true },
  })
  /** The plan is of what the form holds now. */
  const current = computed(
    () => settled.value === text.value && !loading.value && input.value !== null,
  )

  return {
    source,
    preset,
    form,
    seedText,
    seedsAreRead,
    backend,
    settings,
    yaml,
    folder,
    input,
    plan,
    error,
    current,
  }
}

export type SuiteDraft = ReturnType<typeof useSuiteDraft>
