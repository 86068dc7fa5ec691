import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access, mkdir, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { cpus, freemem, totalmem } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import Database from 'better-sqlite3'

export interface GpuFacts {
  name: string
  driver: string
  memoryBytes: number
  memoryUsedBytes: number
}

export interface DataFolderFacts {
  path: string
  writable: boolean
  /** Why it is not. */
  problem: string | undefined
  /** Of the disk it lies on, to this user. */
  freeBytes: number | undefined
  databaseBytes: number | undefined
}

/** What `virtlab doctor` says about the machine. */
export interface MachineFacts {
  platform: string
  cpu: string
  cores: number
  memoryBytes: number
  memoryFreeBytes: number
  node: string
  sqlite: string
  gpus: GpuFacts[]
  /** Why no GPU is listed. */
  gpuProblem: string | undefined
  data: DataFolderFacts
}

/** @param dataRoot the data folder, which need not exist yet */
export async function describeMachine(dataRoot: string): Promise<MachineFacts> {
  const [graphics, data] = await Promise.all([readGpus(), describeDataFolder(dataRoot)])
  return {
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown processor',
    cores: cpus().length,
    memoryBytes: totalmem(),
    memoryFreeBytes: freemem(),
    node: process.versions.node,
    sqlite: sqliteVersion(),
    ...graphics,
    data,
  }
}

function sqliteVersion(): string {
  const database = new Database(':memory:')
  try {
    return String(database.prepare('select sqlite_version()').pluck().get())
  } finally {
    database.close()
  }
}

/** Every NVIDIA GPU, as its driver's own tool tells. */
async function readGpus(): Promise<Pick<MachineFacts, 'gpus' | 'gpuProblem'>> {
  const query = '--query-gpu=name,driver_version,memory.total,memory.used'
  const options = { timeout: 15_000 }
  try {
    const { stdout } = await promisify(execFile)(
      'nvidia-smi',
      [query, '--format=csv,noheader,nounits'],
      options,
    )
    return { gpus: parseGpus(stdout), gpuProblem: undefined }
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    const told = (error as { stdout?: string }).stdout?.trim().split('\n')[0]
    return {
      gpus: [],
      gpuProblem: missing
        ? 'no NVIDIA driver (there is no nvidia-smi)'
        : `nvidia-smi fails: ${told || (error as Error).message.trim().split('\n').at(-1)}`,
    }
  }
}

/** Lines of nvidia-smi such as `NVIDIA H100, 570.86, 81559, 4`, memory in MiB. */
export function parseGpus(csv: string): GpuFacts[] {
  return csv
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [name = '', driver = '', total = '', used = ''] = line.split(',').map((x) => x.trim())
      const bytes = (mebibytes: string) => Number(mebibytes) * 2 ** 20
      return { name, driver, memoryBytes: bytes(total), memoryUsedBytes: bytes(used) }
    })
}

async function describeDataFolder(path: string): Promise<DataFolderFacts> {
  const problem = await findWriteProblem(path)
  const disk = await statfs(path).catch(() => undefined)
  const database = await stat(join(path, 'virtlab.db')).catch(() => undefined)
  return {
    path,
    writable: problem === undefined,
    problem,
    freeBytes: disk && disk.bavail * disk.bsize,
    databaseBytes: database?.size,
  }
}

/** Writes and removes a file there; permissions alone do not tell (read-only disks, quotas). */
async function findWriteProblem(path: string): Promise<string | undefined> {
  const trial = join(path, `.writable-${process.pid}`)
  try {
    await mkdir(path, { recursive: true })
    await access(path, constants.W_OK)
    await writeFile(trial, 'x')
    await rm(trial)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}
