import { join } from 'node:path'
import type { ImportProgress } from '../../src-shared/contract/import.ts'
import { exportBundle } from '../bundle/export-bundle.ts'
import { refusalOf } from '../child-refusal.ts'
import { openDataFolder } from '../data-folder.ts'
import { openStore } from '../store/open.ts'
import { runImport } from './run-import.ts'
import { transferRequest, type TransferLine, type TransferRequest } from './transfer-protocol.ts'

/** A process of its own: what is brought in or packed can be gigabytes, and the app must not wait. */
const tellEveryMs = 100

const print = (line: TransferLine) =>
  new Promise<void>((done) => process.stdout.write(`${JSON.stringify(line)}\n`, () => done()))

async function work(request: TransferRequest): Promise<TransferLine> {
  const folder = openDataFolder(request.root)
  const store = openStore(folder.database)
  const target = { store, root: folder.root, runDir: (id: string) => join(folder.runs, id) }
  const { path } = request
  let told = 0
  let phase: string | undefined
  const tell = (at: Omit<ImportProgress, 'path'>) => {
    if (phase === at.phase && Date.now() - told < tellEveryMs) return
    told = Date.now()
    phase = at.phase
    void print({ kind: 'progress', at: { path, ...at } })
  }
  try {
    if (request.kind === 'import') {
      return { kind: 'imported', summary: await runImport(target, request, tell) }
    }
    const { runs, bytes } = await exportBundle(
      { ...target, virtlab: request.virtlab },
      request,
      path,
      (done, total) => tell({ phase: 'writing', done, total }),
    )
    return { kind: 'exported', runs: runs.length, bytes }
  } finally {
    store.close()
  }
}

const request = transferRequest.parse(JSON.parse(process.argv[2] ?? ''))
await print(await work(request).catch(refusalOf))
