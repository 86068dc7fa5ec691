import { ofType, teacher, teacherRun, withVirt, type Settings, type SuitePreset } from './preset.ts'

/** Table 4 of virt.md: which of the student's layers learn. Choices of the same layers are there once. */
export const layers: SuitePreset = {
  id: 'layers',
  title: 'Layers',
  summary: 'VIRT on all layers, on each single one, on the last few and on every n-th.',
  takes: ['alpha'],
  grid(options) {
    const { depth, alpha } = options
    const from = (first: number, step = 1) =>
      Array.from({ length: Math.floor((depth - first) / step) + 1 }, (_, i) => first + i * step)
    const choices: [name: string, layers: number[]][] = [
      ['all', from(1)],
      ...from(1).map((layer): [string, number[]] => [`layer ${layer}`, [layer]]),
      ...from(2)
        .slice(0, -1)
        .map((count): [string, number[]] => [`last ${count}`, from(depth - count + 1)]),
      ...from(2)
        .slice(0, -1)
        .map((step): [string, number[]] => [`every ${step}`, from(step, step)]),
    ]
    const distinct = new Map<string, [name: string, settings: Settings]>()
    for (const [name, chosen] of choices) {
      const key = chosen.join()
      if (chosen.length === 0 || distinct.has(key)) continue
      const setting = chosen.length === depth ? 'all' : chosen
      distinct.set(key, [name, withVirt(alpha, { layers: setting })])
    }
    return {
      runs: { [teacher]: teacherRun(options) },
      factors: {
        layers: {
          none: ofType('virt_encoder'),
          ...Object.fromEntries(
            [...distinct.values()].map(([name, settings]) => [
              name,
              { ...ofType('virt_encoder'), ...settings },
            ]),
          ),
        },
      },
    }
  },
}
