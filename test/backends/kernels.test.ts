import { testBackends, useBackend } from '../support/each-backend.ts'
import { describeKernels } from './kernel-suite.ts'

for (const name of testBackends) describeKernels(name, () => useBackend(name))
