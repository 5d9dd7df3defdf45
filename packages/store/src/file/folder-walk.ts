import { join } from 'node:path'
import type { FileSystem } from './file-system.ts'
import { unlessMissing } from './folder-steps.ts'
import { folderPath, keyOf, orderOf, parseEntry } from './key-path.ts'

export interface FoundFolder {
  readonly key: string
  readonly path: string
}

/**
 * The folders of objects whose keys begin with `prefix` and come after `startAfter`, in the order of the keys. Folders of
 * the tree are read once each, when the walk comes to them; those that can hold no such key aren't read.
 */
export async function* walkFolders(
  fs: FileSystem,
  objects: string,
  prefix: string,
  startAfter: string,
): AsyncGenerator<FoundFolder> {
  const { folders, rest } = folderPath(prefix)
  const wanted = orderOf(prefix)
  const base = wanted.slice(0, wanted.length - rest.length)
  const after = startAfter === '' ? undefined : orderOf(startAfter)
  if (after !== undefined && after > base && !after.startsWith(base)) return
  const start = { base, wanted: rest, after: below(after, base) }
  yield* walk(fs, join(objects, ...folders), start)
}

/** What is left to look for in a folder whose keys all begin with `base`. */
interface Range {
  readonly base: string
  /** What must follow. */
  readonly wanted: string
  /** What follows must be greater than this, if it is given. */
  readonly after: string | undefined
}

async function* walk(fs: FileSystem, path: string, { base, wanted, after }: Range): AsyncGenerator<FoundFolder> {
  const entries = []
  for (const name of (await unlessMissing(fs.readdir(path))) ?? []) {
    const entry = parseEntry(name)
    if (entry === undefined) continue
    const { kind, order } = entry
    const leads = kind !== 'object'
    if (!order.startsWith(wanted) && !(leads && wanted.startsWith(order))) continue
    if (after === undefined || order > after || (leads && after.startsWith(order))) entries.push(entry)
  }
  entries.sort((a, b) => (a.order < b.order ? -1 : 1))
  for (const { name, kind, order } of entries) {
    const inside = { base: base + order, wanted: below(wanted, order) ?? '', after: below(after, order) }
    if (kind !== 'object') yield* walk(fs, join(path, name), inside)
    else {
      const key = keyOf(inside.base)
      if (key !== undefined) yield { key, path: join(path, name) }
    }
  }
}

/** The part of `order` below `base`; nothing when it doesn't begin so, since then it no longer restricts anything. */
function below(order: string | undefined, base: string): string | undefined {
  return order?.startsWith(base) === true ? order.slice(base.length) : undefined
}
