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
  await outputOf('npm', ['install', ...flags, types, ...optionalPeers(), ...Object.values(tarballs)], folder)
  return { folder, tarballs }
}

/** Some entry points need another installed package; the consumer has all of these packages. */
function optionalPeers(): string[] {
  const peers = publicPackages().map(({ folder }) => readManifest(folder).peerDependencies ?? {})
  return [...new Set(peers.flatMap((each) => Object.entries(each).map(([name, range]) => `${name}@${range}`)))]
}

function installedVersionOf(name: string): string {
  const { version } = readManifest(join(import.meta.dirname, '..', 'node_modules', name)) as { version?: string }
  if (version === undefined) throw new Error(`${name} is not installed in tooling/package-checks`)
  return version
}
