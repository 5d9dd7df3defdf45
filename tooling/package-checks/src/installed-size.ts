import { existsSync, lstatSync, readdirSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readManifest } from './public-packages.ts'

export interface Share {
  readonly packages: number
  readonly bytes: number
}

/** Dependencies of the S3 driver alone, with all their dependencies. */
const AWS = /^@(aws-sdk|smithy|aws-crypto|aws)\//

/** The size of `npm install` of a package, itself included: the AWS SDK, and everything else. */
export function installedSize(folder: string): { readonly aws: Share; readonly others: Share } {
  const seen = new Map<string, boolean>()
  collect(realpathSync(folder), false, seen)
  const share = (isAws: boolean): Share => {
    const folders = [...seen].filter(([, ofAws]) => ofAws === isAws).map(([each]) => each)
    return { packages: folders.length, bytes: folders.reduce((sum, each) => sum + sizeOf(each), 0) }
  }
  return { aws: share(true), others: share(false) }
}

/** A package in both parts counts among the others. */
function collect(folder: string, ofAws: boolean, seen: Map<string, boolean>): void {
  const known = seen.get(folder)
  if (known === ofAws || known === false) return
  seen.set(folder, ofAws)
  for (const name of Object.keys(readManifest(folder).dependencies ?? {})) {
    collect(find(name, folder), ofAws || AWS.test(name), seen)
  }
}

/** Follows Node.js: looks in the `node_modules` of the folder and of all folders above. */
function find(name: string, from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name)
    if (existsSync(candidate)) return realpathSync(candidate)
    if (folder === dirname(folder)) throw new Error(`${name}, which ${from} needs, is not installed`)
  }
}

function sizeOf(path: string): number {
  const status = lstatSync(path)
  if (!status.isDirectory()) return status.size
  // A folder inside of a package, with its own dependencies, is counted as these packages.
  const names = readdirSync(path).filter((name) => name !== 'node_modules')
  return names.reduce((sum, name) => sum + sizeOf(join(path, name)), 0)
}
