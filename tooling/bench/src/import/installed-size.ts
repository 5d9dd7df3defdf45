import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'

export interface Share {
  readonly packages: number
  readonly bytes: number
}

interface Manifest {
  readonly files?: readonly string[]
  readonly dependencies?: Readonly<Record<string, string>>
}

/** Dependencies of the S3 driver alone, with all their dependencies. */
const AWS = /^@(aws-sdk|smithy|aws-crypto|aws)\//

/** The size of `npm install` of a package, itself included: the AWS SDK, and everything else. */
export function installedSize(folder: string): { readonly aws: Share; readonly others: Share } {
  const seen = new Map<string, boolean>()
  collect(realpathSync(folder), false, seen)
  const share = (isAws: boolean): Share => {
    const folders = [...seen].filter(([, ofAws]) => ofAws === isAws).map(([each]) => each)
    return { packages: folders.length, bytes: folders.reduce((sum, each) => sum + sizeOfPackage(each), 0) }
  }
  return { aws: share(true), others: share(false) }
}

/** A package in both parts counts among the others. */
function collect(folder: string, ofAws: boolean, seen: Map<string, boolean>): void {
  const known = seen.get(folder)
  if (known === ofAws || known === false) return
  seen.set(folder, ofAws)
  for (const name of Object.keys(manifestOf(folder).dependencies ?? {})) {
    collect(find(name, folder), ofAws || AWS.test(name), seen)
  }
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
}

/** Follows Node.js: looks in the `node_modules` of the folder and of all folders above. */
function find(name: string, from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name)
    if (existsSync(candidate)) return realpathSync(candidate)
    if (folder === dirname(folder)) throw new Error(`${name}, which ${from} needs, is not installed`)
  }
}

/** For packages of this project, only published files count: `files` of the manifest. */
function sizeOfPackage(folder: string): number {
  const published = folder.includes('node_modules') ? readdirSync(folder) : (manifestOf(folder).files ?? [])
  return published
    .filter((name) => name !== 'node_modules' && !name.startsWith('!'))
    .reduce((sum, name) => sum + sizeOf(join(folder, name)), 0)
}

function sizeOf(path: string): number {
  if (!existsSync(path) || path.endsWith('.test.ts')) return 0
  const status = lstatSync(path)
  if (!status.isDirectory()) return status.size
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0)
}
