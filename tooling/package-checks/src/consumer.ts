import { rmSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { publicPackages, readManifest, root } from './public-packages.ts'
import { outputOf } from './run-program.ts'

/** An empty project outside the repository, with every package installed as its users get the package. */
export interface Consumer {
  readonly folder: string
  /** By the names of the packages: the file made by `pnpm pack`. */
  readonly tarballs: Readonly<Record<string, string>>
}

declare module 'vitest' {
  interface ProvidedContext {
    consumer: Consumer
  }
}

/** Packs and installs once for all the tests; the registry is asked only for packages missing in npm's cache. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const temporary = await mkdtemp(join(tmpdir(), 's3sched-packed-'))
  const remove = (): Promise<void> => rm(temporary, { recursive: true, force: true })
  // Vitest does not tear down on Ctrl-C, but exits in good order.
  process.once('exit', () => rmSync(temporary, { recursive: true, force: true }))
  try {
    project.provide('consumer', await install(join(temporary, 'consumer'), await pack(join(temporary, 'tarballs'))))
  } catch (error) {
    await remove()
    throw error
  }
  return remove
}

async function pack(destination: string): Promise<Record<string, string>> {
  const selection = ['--recursive', '--filter', './packages/*']
  const packed = await outputOf('pnpm', [...selection, 'pack', '--pack-destination', destination, '--json'], root)
  const files = JSON.parse(packed) as readonly { readonly name: string; readonly filename: string }[]
  return Object.fromEntries(files.map(({ filename, name }) => [name, filename]))
}

async function install(folder: string, tarballs: Record<string, string>): Promise<Consumer> {
  await mkdir(folder)
  const manifest = { name: 'consumer', private: true, type: 'module' }
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
  const types = `@types/node@${installedVersionOf('@types/node')}`
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
  await outputOf('npm', ['install', ...flags, types, ...neededPeers(), ...Object.values(tarballs)], folder)
  return { folder, tarballs }
}

/** The entry points for OpenTelemetry import this optional peer. */
const OF_AN_ENTRY_POINT = '@opentelemetry/api'

/**
 * The peers without which an entry point can't be imported. The consumer lacks all others, as most users do: an import,
 * a declaration or a bundle that needs one of these fails here.
 */
function neededPeers(): string[] {
  const peers = publicPackages().flatMap(({ folder }) => {
    const { peerDependencies = {}, peerDependenciesMeta = {} } = readManifest(folder)
    return Object.entries(peerDependencies).filter(
      ([name]) => name === OF_AN_ENTRY_POINT || peerDependenciesMeta[name]?.optional !== true,
    )
  })
  return [...new Set(peers.map(([name, range]) => `${name}@${range}`))]
}

function installedVersionOf(name: string): string {
  const { version } = readManifest(join(import.meta.dirname, '..', 'node_modules', name)) as { version?: string }
  if (version === undefined) throw new Error(`${name} is not installed in tooling/package-checks`)
  return version
}
