import type { SystemSample } from '../../../src-shared/protocol.ts'
import type { ApiContext, Handlers } from '../context.ts'

export function systemHandlers({ core }: ApiContext): Handlers<'runs.system'> {
  const { runs, details } = core.store
  return {
    'runs.system'({ id, after = -Infinity }) {
      const samples = details.system(runs.get(id).key).filter(({ time }) => time > after)
      const column = (key: keyof SystemSample) =>
        Float64Array.from(samples, (sample) => sample[key] ?? NaN)
      return {
        samples: {
          time: column('time'),
          cpuPercent: column('cpuPercent'),
          rssBytes: column('rssBytes'),
          machineCpuPercent: column('machineCpuPercent'),
          machineMemoryUsedBytes: column('machineMemoryUsedBytes'),
          gpuPercent: column('gpuPercent'),
          gpuMemoryUsedBytes: column('gpuMemoryUsedBytes'),
          gpuTemperatureC: column('gpuTemperatureC'),
          gpuPowerW: column('gpuPowerW'),
        },
      }
    },
  }
}
