import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { staleness } from '../../scripts/build.ts'
import { displayProblem, electronProgram, windowArguments } from '../../scripts/start.ts'
import { temporaryFolder } from '../support/temporary.ts'

describe('npm start', () => {
  it('needs a display on Linux', () => {
    expect(displayProblem('linux', {})).toContain('no display')
    expect(displayProblem('linux', { DISPLAY: ':0' })).toBeUndefined()
    expect(displayProblem('linux', { WAYLAND_DISPLAY: 'wayland-0' })).toBeUndefined()
    expect(displayProblem('darwin', {})).toBeUndefined()
  })

  it('finds Electron’s program where its package says it is, once it is there', () => {
    const folder = temporaryFolder()
    expect(electronProgram(folder, {})).toBeUndefined()
    writeFileSync(join(folder, 'path.txt'), 'electron.exe')
    expect(electronProgram(folder, {})).toBeUndefined()
    mkdirSync(join(folder, 'dist'))
    writeFileSync(join(folder, 'dist/electron.exe'), '')
    expect(electronProgram(folder, {})).toBe(join(folder, 'dist/electron.exe'))
    expect(electronProgram(folder, { ELECTRON_OVERRIDE_DIST_PATH: '/elsewhere' })).toBeUndefined()
  })

  it('hands the data folder on as Electron reads switches', () => {
    expect(windowArguments(['--data-dir', '/data', '--x'])).toEqual(['--data-dir=/data', '--x'])
    expect(windowArguments(['--data-dir=/data'])).toEqual(['--data-dir=/data'])
    expect(windowArguments([])).toEqual([])
  })
})

describe('a part of the build', () => {
  it('is built when it is missing, or something it is made of is newer or gone', () => {
    const folder = temporaryFolder()
    const part = { output: 'dist/out.js', sources: ['src', 'config.json'] }
    const write = (path: string, time: number) => {
      mkdirSync(join(folder, path, '..'), { recursive: true })
      writeFileSync(join(folder, path), '')
      utimesSync(join(folder, path), time, time)
    }
    write('src/deep/a.ts', 100)
    write('config.json', 100)
    utimesSync(join(folder, 'src/deep'), 100, 100)
    utimesSync(join(folder, 'src'), 100, 100)
    expect(staleness(part, folder)).toBe('not built yet')
    write('dist/out.js', 200)
    expect(staleness(part, folder)).toBeUndefined()
    write('config.json', 300)
    expect(staleness(part, folder)).toBe('config.json is newer')
    write('config.json', 100)
    rmSync(join(folder, 'src/deep/a.ts'))
    expect(staleness(part, folder)).toBe('src is newer')
  })
})
