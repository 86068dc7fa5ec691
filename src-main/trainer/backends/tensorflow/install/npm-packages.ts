import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../../../../../src-shared/errors.ts'
import { CommandError, runCommand } from './run-command.ts'

/** A package of the npm registry with the checksum of its archive. */
export interface NpmPackage {
  name: string
  version: string
  integrity: string
}

/** tfjs-node's JavaScript and the C++ source of its binding. Its install script would download a libtensorflow of 2022. */
export const tfjsNode: NpmPackage = {
  name: '@tensorflow/tfjs-node-gpu',
  version: '4.22.0',
  integrity:
    'sha512-p//NN6DGiN4hInUmIkRffaFVMcdTREUMjPyjW04J7OXvB2zBlQimj61eFKSgRrH3f5TnOfKzb0n56he/B6a4bw==',
}
/** What tfjs-node requires at run time besides tfjs-core. */
export const googleProtobuf: NpmPackage = {
  name: 'google-protobuf',
  version: '3.21.4',
  integrity:
    'sha512-MnG7N936zcKTco4Jd2PX2U96Kf9PxygAPKBug+74LHzmHXmceN16MmRcdgZv+DGef/S9YvQAfRsNCn4cjf9yyQ==',
}
/** The C headers of N-API, for the compiler. */
export const nodeApiHeaders: NpmPackage = {
  name: 'node-api-headers',
  version: '1.9.0',
  integrity:
    'sha512-2oNILP4jXwRB4ywnYKjVk1YyJ96n2D4EOVJO6S3oYZ5PtbJrw3Yt9TpAuX3nBLMuzn74rnfGQrv13pS9vC+YiA==',
}

/** Unpacks a package into `target`, from the cache or else through npm. Nothing of it is executed. */
export async function unpackPackage(
  wanted: NpmPackage,
  target: string,
  { cacheDir, env }: { cacheDir: string; env: NodeJS.ProcessEnv },
): Promise<void> {
  const folder = join(cacheDir, 'npm')
  const archive = join(
    folder,
    `${wanted.name.replace(/^@/, '').replace('/', '-')}-${wanted.version}.tgz`,
  )
  if (!(await hasIntegrity(archive, wanted))) await download(wanted, archive, folder, env)
  await mkdir(target, { recursive: true })
  try {
    await runCommand('tar', ['-xzf', archive, '--strip-components=1', '-C', target], { env })
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    throw new UserError(`${archive} cannot be unpacked: ${error.tail(2) || error.message}`, {
      fix: 'install tar, or delete the archive and try again',
    })
  }
}

async function download(
  wanted: NpmPackage,
  archive: string,
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const name = `${wanted.name}@${wanted.version}`
  const partial = join(folder, `partial-${process.pid}`)
  await mkdir(partial, { recursive: true })
  try {
    const answer = await runCommand(
      'npm',
      ['pack', '--json', '--pack-destination', partial, name],
      {
        env,
        cwd: partial,
        timeoutMs: 300_000,
      },
    )
    const [packed] = JSON.parse(answer) as { filename: string }[]
    // npm 8 answers with the name in the registry, later ones with the file's.
    const file = join(partial, packed!.filename.replace(/^@/, '').replace('/', '-'))
    if (!(await hasIntegrity(file, wanted))) {
      throw new UserError(`${name} from the npm registry is not the package that was expected`, {
        fix: 'check the registry that npm is set to (npm config get registry)',
      })
    }
    await rename(file, archive)
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    throw error.missing
      ? new UserError('npm is needed to fetch the binding’s source, and is not on the PATH', {
          fix: 'install Node.js with npm, or put npm on the PATH',
        })
      : new UserError(`npm could not fetch ${name}: ${error.tail(3)}`, {
          fix: 'check the network and npm’s registry, then try again',
        })
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
}

async function hasIntegrity(path: string, { integrity }: NpmPackage): Promise<boolean> {
  if (!existsSync(path)) return false
  const digest = createHash('sha512')
    .update(await readFile(path))
    .digest('base64')
  return `sha512-${digest}` === integrity
}
