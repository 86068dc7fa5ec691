import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openStore } from '../../src-main/store/open.ts'
import { virtlab } from '../support/cli.ts'
import { addGenerality, addTrainedRun } from '../support/suite-store.ts'
import { temporaryDataFolder } from '../support/temporary.ts'

/** A data folder with a suite of three students and two systems of their own. */
function prepared(): string {
  const folder = temporaryDataFolder()
  const store = openStore(folder.database)
  addGenerality(store)
  for (const seed of [1, 2, 3]) {
    addTrainedRun(store, { name: 'good', seed, model: 'sbert', share: 0.85, learningRate: 1e-4 })
    addTrainedRun(store, { name: 'bad', seed, model: 'sbert', share: 0.65, learningRate: 2e-4 })
  }
  store.close()
  return folder.root
}

test('virtlab table: a preset on the terminal, in a file with its footnote, and as a recipe', async () => {
  const root = prepared()
  const shown = await virtlab(root, 'table', 'generality')
  expect(shown.code).toBe(0)
  expect(shown.stdout).toMatch(
    /Siamese +\d\d\.\d\d \[.*\*\*8\d\.\d\d \[\d+\.\d\d, \d+\.\d\d\]\*\* \(\+\d/,
  )
  expect(shown.stdout).toContain('its logits are no classes')
  expect(shown.stdout).toContain('Holm-corrected over 4 comparisons')

  const out = join(root, 'table.tex')
  const written = await virtlab(root, 'table', 'generality', '--format', 'latex', '--out', out)
  expect(written.stderr).toContain('21 runs')
  expect(readFileSync(out, 'utf8')).toContain('\\toprule')
  expect(existsSync(join(root, 'table.provenance.json'))).toBe(true)
  expect(existsSync(join(root, 'table.provenance.md'))).toBe(true)

  const { stdout } = await virtlab(root, 'table', 'generality', '--recipe')
  const file = join(root, 'mine.yaml')
  writeFileSync(file, stdout.replace('name: generality', 'name: mine'))
  const again = await virtlab(root, 'table', file, '--save', '--format', 'md')
  expect(again.stdout).toContain('| Student |')
  const byName = await virtlab(root, 'table', 'mine', '--format', 'md')
  expect(byName.stdout).toBe(again.stdout)
})

test('virtlab table says what is wrong', async () => {
  const root = prepared()
  const file = join(root, 'wrong.yaml')
  writeFileSync(file, 'name: x\nrows: [modle]\n')
  const wrong = await virtlab(root, 'table', file)
  expect(wrong).toMatchObject({ code: 2, stdout: '' })
  expect(wrong.stderr).toContain('wrong.yaml:2:8')
  const none = await virtlab(root, 'table', 'nonsense')
  expect(none.code).toBe(2)
  expect(none.stderr).toContain('virtlab table --list')
})

test('virtlab compare: plain words, tests, effects', async () => {
  const root = prepared()
  const { code, stdout } = await virtlab(root, 'compare', 'good', 'bad')
  expect(code).toBe(0)
  expect(stdout).toContain('good is better')
  expect(stdout).toMatch(/paired t +seeds +3 +0\.\d+/)
  expect(stdout).toContain('too few data to be significant')
  const { stdout: json } = await virtlab(root, 'compare', 'good', 'bad', '--json')
  expect(JSON.parse(json)).toMatchObject({ winner: 'a', verdict: 'real' })
  const unknown = await virtlab(root, 'compare', 'good', 'nobody')
  expect(unknown).toMatchObject({ code: 2 })
})
