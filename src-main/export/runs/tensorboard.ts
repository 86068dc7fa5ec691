import { createWriteStream, mkdirSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { flatten } from '../../../src-shared/config/flatten.ts'
import { UserError } from '../../../src-shared/errors.ts'
import { settingsOf, type RunRecord } from '../../../src-shared/run-record.ts'
import { writeMessage } from '../../import/tensorboard/protobuf.ts'
import { frameRecord } from '../../import/tensorboard/records.ts'
import type { Store } from '../../store/open.ts'
import type { RunExporter } from './run-exporter.ts'

/** A folder a run with one event file: every series as scalars (32-bit, as TensorBoard has them), and hparams. */
export const tensorboard: RunExporter = {
  format: 'tensorboard',
  summary: 'TensorBoard event files, a folder a run in --out',
  async *export(store, runs, { out }) {
    if (out === undefined) {
      throw new UserError('where to?', { where: '--out', fix: 'Name a folder: --out runs/' })
    }
    for (const run of runs) {
      const folder = join(out, `${run.name.replaceAll(/[^\w.-]+/g, '-')}-${run.id}`)
      const begun = Math.floor((run.startedAt ?? run.createdAt) / 1000)
      const file = join(folder, `events.out.tfevents.${begun}.virtlab.${run.id}.0`)
      await write(file, eventsOf(store, run))
      yield `${file}`
    }
  },
}

async function write(file: string, events: Iterable<Uint8Array>): Promise<void> {
  const unfinished = `${file}.unfinished`
  try {
    mkdirSync(join(file, '..'), { recursive: true })
    await pipeline(Readable.from(records(events)), createWriteStream(unfinished))
    await rename(unfinished, file)
  } catch (cause) {
    await rm(unfinished, { force: true })
    if (!(cause instanceof Error && 'code' in cause)) throw cause
    throw new UserError(`the event file cannot be written: ${cause.message}`, {
      where: file,
      fix: 'Choose a folder that you may write in.',
      cause,
    })
  }
}

/** Gathered into pieces: a stream's chunk for every point would be slow. */
function* records(events: Iterable<Uint8Array>): Generator<Buffer> {
  let parts: Buffer[] = []
  for (const event of events) {
    parts.push(frameRecord(event))
    if (parts.length < 1000) continue
    yield Buffer.concat(parts)
    parts = []
  }
  yield Buffer.concat(parts)
}

function* eventsOf(store: Store, run: RunRecord): Generator<Buffer> {
  const begun = (run.startedAt ?? run.createdAt) / 1000
  yield writeMessage([
    { number: 1, double: begun },
    { number: 3, bytes: 'brain.Event:2' },
  ])
  yield eventOf(begun, 0, hparamsOf(run, begun))
  for (const name of store.series.names(run.key)) {
    const { step, value, time } = store.series.points(run.key, name)
    for (let i = 0; i < step.length; i++) {
      const scalar = writeMessage([
        { number: 1, bytes: name },
        { number: 2, float: value[i] ?? NaN },
      ])
      yield eventOf((time[i] ?? 0) / 1000, step[i] ?? 0, scalar)
    }
  }
}

/** tensorflow.Event around one tensorflow.Summary.Value. */
function eventOf(seconds: number, step: number, value: Buffer): Buffer {
  return writeMessage([
    { number: 1, double: seconds },
    { number: 2, int: step },
    { number: 5, bytes: writeMessage([{ number: 1, bytes: value }]) },
  ])
}

/** HParamsPluginData.session_start_info: a map entry a setting, a number, truth value or text. */
function hparamsOf(run: RunRecord, begun: number): Buffer {
  const entries = [...flatten(settingsOf(run))].map(([key, setting]) => {
    const value =
      typeof setting === 'number'
        ? writeMessage([{ number: 2, double: setting }])
        : typeof setting === 'boolean'
          ? writeMessage([{ number: 4, int: Number(setting) }])
          : writeMessage([
              { number: 3, bytes: typeof setting === 'string' ? setting : JSON.stringify(setting) },
            ])
    const entry = writeMessage([
      { number: 1, bytes: key },
      { number: 2, bytes: value },
    ])
    return { number: 1, bytes: entry }
  })
  const session = writeMessage([
    ...entries,
    { number: 4, bytes: run.groupHash },
    { number: 5, double: begun },
  ])
  const plugin = writeMessage([
    { number: 1, bytes: 'hparams' },
    { number: 2, bytes: writeMessage([{ number: 3, bytes: session }]) },
  ])
  return writeMessage([
    { number: 1, bytes: '_hparams_/session_start_info' },
    { number: 9, bytes: writeMessage([{ number: 1, bytes: plugin }]) },
  ])
}
