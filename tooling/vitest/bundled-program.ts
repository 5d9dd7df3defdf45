import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { basename, join, relative, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'

const REPOSITORY = join(import.meta.dirname, '..', '..')

/** A folder for each process that made bundles. */
const FOLDERS = join(import.meta.dirname, 'node_modules', '.cache', 'programs')

/** Marks the question of the plugin itself. */
const ASKED = 'asked'

/** The files of a source and its libraries are where they are without the bundle. */
const fromTheirPlaces: Plugin = {
  name: 'from-their-places',
  setup(bundler) {
    bundler.initialOptions.define = { 'import.meta.url': 'moduleUrl' }
    bundler.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8')
      if (!text.includes('import.meta.url')) return undefined
      return { contents: `const moduleUrl = ${JSON.stringify(pathToFileURL(path).href)}\n${text}`, loader: 'ts' }
    })
    bundler.onResolve({ filter: /^[^.]/ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === ASKED || from.kind === 'entry-point') return undefined
      const found = await bundler.resolve(path, { ...from, pluginData: ASKED })
      return /[/\\]node_modules[/\\]/.test(found.path)
        ? { path: pathToFileURL(found.path).href, external: true }
        : found
    })
  },
}

/**
 * Packs a program and the sources of all packages below into few files, which Node loads in half the CPU of hundreds of
 * sources. Late imports of the program stay late.
 *
 * @param main - the program's source
 * @returns the program
 */
export async function bundledProgram(main: URL): Promise<URL> {
  const own = join(FOLDERS, String(process.pid))
  mkdirSync(own, { recursive: true })
  deleteLeftBehind(own)
  const source = fileURLToPath(main)
  // A folder for each program: programs of two packages may have the same name.
  const folder = join(own, relative(REPOSITORY, source).replaceAll(sep, '+'))
  await build({
    entryPoints: [source],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    conditions: ['@s3sched/source'],
    plugins: [fromTheirPlaces],
    logLevel: 'error',
  })
  return pathToFileURL(join(folder, `${basename(main.pathname, '.ts')}.mjs`))
}

/**
 * Deletes the bundles of earlier processes: vitest kills its workers, so none can delete its own. Several workers may
 * find the same folder, and the worker that moves the folder into its own deletes the bundles.
 */
function deleteLeftBehind(own: string): void {
  for (const pid of readdirSync(FOLDERS).filter((name) => !isAlive(Number(name)))) {
    const moved = join(own, pid)
    if (isMoved(join(FOLDERS, pid), moved)) rmSync(moved, { recursive: true })
  }
}

function isMoved(from: string, to: string): boolean {
  try {
    renameSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
