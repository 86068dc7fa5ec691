import { expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }

test('tests run on the pinned Node, not on the one that npm was started with', () => {
  expect(process.version).toBe(`v${packageJson.optionalDependencies.node}`)
})
