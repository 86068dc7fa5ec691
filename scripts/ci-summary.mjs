// Sums up what .ci/run left in a folder: NAME.exit with each check's exit code, and vitest.json and e2e.json
// with the tests one by one. The last line is `N passed, N failed`; exits 1 unless all passed.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.argv[2] ?? 'test-results'
let passed = 0
let failed = 0
const skipped = []

for (const file of readdirSync(folder).filter((name) => name.endsWith('.exit'))) {
  const name = file.replace(/\.exit$/, '')
  const ok = readFileSync(join(folder, file), 'utf8').trim() === '0'
  if (name === 'tests') countTests(ok)
  else if (ok) passed++
  else fail(name)
}
if (!existsSync(join(folder, 'tests.exit'))) fail('tests: never run')

if (skipped.length > 0) console.log(`skipped:\n${skipped.map((name) => `  ${name}`).join('\n')}`)
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 && passed > 0 ? 0 : 1)

function countTests(ok) {
  const before = failed
  countUnitTests()
  countAppTests()
  if (!ok && failed === before) fail('tests: failed outside of any test')
}

function countUnitTests() {
  const report = join(folder, 'vitest.json')
  if (!existsSync(report)) return fail('tests: vitest left no report')
  for (const suite of JSON.parse(readFileSync(report, 'utf8')).testResults) {
    for (const { status, fullName } of suite.assertionResults) {
      if (status === 'passed') passed++
      else if (status === 'failed') fail(`${suite.name}: ${fullName}`)
      else skipped.push(fullName)
    }
    // A file that could not be loaded has no tests to fail.
    const told = suite.assertionResults.some(({ status }) => status === 'failed')
    if (suite.status === 'failed' && !told) fail(`${suite.name}: ${suite.message}`)
  }
}

/** Playwright's: suites within suites, a result for every project and retry. */
function countAppTests() {
  const report = join(folder, 'e2e.json')
  if (!existsSync(report)) return fail('tests: Playwright left no report')
  const { suites, errors } = JSON.parse(readFileSync(report, 'utf8'))
  for (const { message } of errors) fail(`app: ${message}`)
  const visit = ({ specs = [], suites: inner = [], title }, path) => {
    for (const spec of specs) {
      const name = [...path, title, spec.title].join(' › ')
      for (const { status } of spec.tests) {
        if (status === 'expected') passed++
        else if (status === 'skipped') skipped.push(name)
        else fail(name)
      }
    }
    for (const suite of inner) visit(suite, [...path, title])
  }
  for (const suite of suites) visit(suite, ['app'])
}

function fail(what) {
  failed++
  console.log(`FAILED ${what}`)
}
