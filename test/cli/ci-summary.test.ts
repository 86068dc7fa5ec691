import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../support/temporary.ts'

const script = fileURLToPath(new URL('../../scripts/ci-summary.mjs', import.meta.url))

type Suite = { status: string; message?: string; tests: string[] }

/** Last line and exit code for these exit codes of the checks, suites of vitest, and statuses of tests of the app. */
function summarize(exits: Record<string, number>, suites?: Suite[], app?: string[]) {
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
  const specs = app?.map((outcome, i) => ({ title: `app ${i}`, tests: [{ status: outcome }] }))
  // As Playwright nests them: a file, and what it describes.
  const report = {
    errors: [],
    suites: [{ title: 'a.spec.ts', suites: [{ title: 'page', specs }] }],
  }
  if (specs) writeFileSync(join(folder, 'e2e.json'), JSON.stringify(report))
  const { stdout, status } = spawnSync(process.execPath, [script, folder], { encoding: 'utf8' })
  return [stdout.trimEnd().split('\n').at(-1), status]
}

const ok: Suite = { status: 'passed', tests: ['passed', 'passed', 'pending'] }

describe('the summary of a CI run', () => {
  test('counts checks and tests; skipped ones are named, not counted', () => {
    expect(summarize({ install: 0, lint: 0, tests: 0 }, [ok], ['expected', 'skipped'])).toEqual([
      '5 passed, 0 failed',
      0,
    ])
  })
  test('a failed test, a failed check and a file that does not load are failures', () => {
    const broken: Suite = { status: 'failed', message: 'no such module', tests: [] }
    const failing: Suite = { status: 'failed', tests: ['failed', 'passed'] }
    expect(
      summarize({ lint: 1, tests: 1 }, [ok, broken, failing], ['expected', 'unexpected']),
    ).toEqual(['4 passed, 4 failed', 1])
  })
  test('tests that never ran, or left no report, are a failure', () => {
    expect(summarize({ lint: 0 })).toEqual(['1 passed, 1 failed', 1])
    expect(summarize({ lint: 0, tests: 1 })).toEqual(['1 passed, 2 failed', 1])
    expect(summarize({ lint: 0, tests: 0 }, [ok])).toEqual(['3 passed, 1 failed', 1])
  })
  test('a command that fails while every test passed is a failure', () => {
    expect(summarize({ tests: 1 }, [ok], ['expected'])).toEqual(['3 passed, 1 failed', 1])
  })
})
