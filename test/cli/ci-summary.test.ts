import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../support/temporary.ts'

const script = fileURLToPath(new URL('../../scripts/ci-summary.mjs', import.meta.url))

type Suite = { status: string; message?: string; tests: string[] }

/** Last line and exit code for these exit codes of the checks and these suites of vitest. */
function summarize(exits: Record<string, number>, suites?: Suite[]) {
  const folder = temporaryFolder()
  for (const [name, code] of Object.entries(exits)) {
    writeFileSync(join(folder, `${name}.exit`), `${code}\n`)
  }
  const testResults = suites?.map(({ tests, ...suite }) => ({
    name: 'a.test.ts',
    message: '',
    ...suite,
    assertionResults: tests.map((status, i) => ({ status, fullName: `test ${i}` })),
  }))
  if (testResults) writeFileSync(join(folder, 'vitest.json'), JSON.stringify({ testResults }))
  const { stdout, status } = spawnSync(process.execPath, [script, folder], { encoding: 'utf8' })
  return [stdout.trimEnd().split('\n').at(-1), status]
}

const ok: Suite = { status: 'passed', tests: ['passed', 'passed', 'pending'] }

describe('the summary of a CI run', () => {
  test('counts checks and tests; skipped ones are named, not counted', () => {
    expect(summarize({ install: 0, lint: 0, tests: 0 }, [ok])).toEqual(['4 passed, 0 failed', 0])
  })
  test('a failed test, a failed check and a file that does not load are failures', () => {
    const broken: Suite = { status: 'failed', message: 'no such module', tests: [] }
    const failing: Suite = { status: 'failed', tests: ['failed', 'passed'] }
    expect(summarize({ lint: 1, tests: 1 }, [ok, broken, failing])).toEqual([
      '3 passed, 3 failed',
      1,
    ])
  })
  test('tests that never ran, or left no report, are a failure', () => {
    expect(summarize({ lint: 0 })).toEqual(['1 passed, 1 failed', 1])
    expect(summarize({ lint: 0, tests: 1 })).toEqual(['1 passed, 1 failed', 1])
  })
  test('vitest failing while every test passed is a failure', () => {
    expect(summarize({ tests: 1 }, [ok])).toEqual(['2 passed, 1 failed', 1])
  })
})
