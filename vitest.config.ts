import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  // As in vite.config.ts: the renderer's modules name these.
  resolve: {
    alias: {
      '~': fileURLToPath(new URL('src-renderer', import.meta.url)),
      '@shared': fileURLToPath(new URL('src-shared', import.meta.url)),
    },
  },
  test: {
    include: ['test/**/*.test.ts'],
    // Training tests hold real tensors; a process a file keeps one backend's heap apart from another's.
    pool: 'forks',
    maxWorkers: 2,
    // For scripts/ci-summary.mjs.
    reporters: ['default', ['json', { outputFile: 'test-results/vitest.json' }]],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
