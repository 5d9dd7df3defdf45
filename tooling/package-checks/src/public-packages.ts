import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root folder of the repository. */
export const root: string = fileURLToPath(new URL('../../..', import.meta.url))

export interface PublicPackage {
  /** Such as `@s3sched/store`. */
  readonly name: string
  /** Absolute. */
  readonly folder: string
  /** The entry points for its users, such as `@s3sched/store` and `@s3sched/store/testing`. */
  readonly entryPoints: readonly string[]
}

/** Every published package under `packages/`, in the order of the names. */
export function publicPackages(): PublicPackage[] {
  const found: PublicPackage[] = []
  for (const directory of readdirSync(join(root, 'packages'))) {
    const folder = join(root, 'packages', directory)
    const manifest = readManifest(folder)
    if (manifest.private === true) continue
    const entryPoints = Object.keys(manifest.publishConfig?.exports ?? {})
      .filter((path) => path !== './package.json')
      .map((path) => manifest.name + path.slice(1))
    found.push({ name: manifest.name, folder, entryPoints })
  }
  return found.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

export interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly version?: string
  readonly description?: string
  readonly license?: string
  readonly type?: string
  readonly main?: string
  readonly types?: string
  readonly repository?: { readonly directory?: string }
  readonly scripts?: Readonly<Record<string, string>>
  readonly imports?: Readonly<Record<string, object>>
  readonly typesVersions?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly keywords?: readonly string[]
  readonly homepage?: string
  readonly bugs?: { readonly url: string } | undefined
  readonly author?: string
  readonly exports?: Readonly<Record<string, unknown>>
  readonly publishConfig?: { readonly access?: string; readonly exports?: Readonly<Record<string, unknown>> }
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
}
