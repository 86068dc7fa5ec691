import {
  costMeasurement,
  measureSettings,
  type CostMeasurement,
} from '../../src-shared/efficiency.ts'

/** What measuring a VIRT-Encoder on some machine may find. */
export function measuredCost(change: Partial<CostMeasurement> = {}): CostMeasurement {
  return costMeasurement.parse({
    model: { type: 'virt_encoder', layers: 2, hidden: 128, heads: 2, labels: 3 },
    backend: 'cpu',
    device: 'plain JavaScript',
    lengths: { x: 10, y: 7, joint: 16 },
    texts: { source: 'dev', pairs: 100 },
    timings: [
      { quantity: 'pair', size: 1, units: 1, samples: [4, 5, 6], reference: [8, 10, 12] },
      {
        quantity: 'query',
        size: 100,
        units: 100,
        samples: [10, 10, 10],
        reference: [300, 300, 300],
      },
      {
        quantity: 'throughput',
        size: 8,
        units: 32,
        samples: [16, 16, 16],
        reference: [16, 16, 16],
      },
      { quantity: 'encode_y', size: 32, units: 32, samples: [64, 64, 64], reference: null },
    ],
    counts: { flops_pair: 2e9, parameters: 1000, cache_bytes_float32: 4096 },
    reference: { runId: null, name: 'teacher', type: 'cross_encoder' },
    machine: {
      cpu: 'Processor',
      cores: 2,
      memoryBytes: 8e9,
      gpu: null,
      platform: 'linux x64',
      node: '24.0.0',
      loadBefore: 0.1,
      loadAfter: 0.2,
      clockBefore: 3000,
      clockAfter: 3000,
    },
    settings: measureSettings.parse({}),
    startedAt: 1,
    endedAt: 2,
    ...change,
  })
}
