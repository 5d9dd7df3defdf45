import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** An entry point of a published package. */
export interface EntryPoint {
  /** As users import it, such as `@s3sched/store/testing`. */
  readonly name: string
  /** Such as `@s3sched/store`. */
  readonly package: string
  /** The absolute path of the source. */
  readonly file: string
}

interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly exports?: Readonly<Record<string, { readonly '@s3sched/source'?: string }>>
  readonly publishConfig?: { readonly exports?: Readonly<Record<string, unknown>> }
}

/**
 * The published entry points of the packages below `root`. The entry points of `s3sched`, the import of most users,
 * come first: a thing with several entry points is described at the first.
 */
export function entryPoints(root: string): EntryPoint[] {
  const folders = readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name))
  const found = folders.flatMap((folder) => {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
    const published = manifest.private === true ? [] : Object.keys(manifest.publishConfig?.exports ?? {})
    return published.flatMap((path) => {
      const source = manifest.exports?.[path]?.['@s3sched/source']
      return source === undefined
        ? []
        : [{ name: manifest.name + path.slice(1), package: manifest.name, file: join(folder, source) }]
    })
  })
  return found.toSorted((a, b) => rank(a.name) - rank(b.name) || (a.name < b.name ? -1 : 1))
}

function rank(name: string): number {
  if (name === 's3sched') return 0
  return name.startsWith('s3sched/') ? 1 : 2
}
