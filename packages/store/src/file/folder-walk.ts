import { join } from 'node:path'
import type { FileSystem } from './file-system.ts'
import { unlessMissing } from './folder-steps.ts'
import { folderPath, keyOf, orderOf, parseEntry, OBJECT_SIGN } from './key-path.ts'
import { sortInTurns } from './sort-in-turns.ts'

/**
 * A class and not an object literal. V8 records the survival of a literal's objects: the first collections find whole
 * pages alive, and V8 then allocates all later objects in the old generation, where dead objects stay with all their
 * references.
 */
export class FoundFolder {
  readonly key: string
  readonly path: string

  constructor(key: string, path: string) {
    this.key = key
    this.path = path
  }
}

export interface WalkDeps {
  readonly fs: FileSystem
  /** Resolves in a later turn of the event loop: sorting a folder with 100,000 names takes several turns. */
  readonly turn: () => Promise<void>
}

/** The size of a batch: one promise for many folders, and as many folders as are read together. */
const BATCH = 1000
/** The number of names of one folder that are read in one turn of the event loop. */
const NAMES_PER_TURN = 8192

/**
 * The folders of objects whose keys begin with `prefix` and come after `startAfter`, in the order of the keys, in
 * batches. Folders of the tree are read once, on arrival there; folders that can hold no such key aren't read.
 */
export async function* walkFolders(
  deps: WalkDeps,
  objects: string,
  prefix: string,
  startAfter: string,
): AsyncGenerator<readonly FoundFolder[]> {
  const { folders, rest } = folderPath(prefix)
  const wanted = orderOf(prefix)
  const base = wanted.slice(0, wanted.length - rest.length)
  const after = startAfter === '' ? undefined : orderOf(startAfter)
  if (after !== undefined && after > base && !after.startsWith(base)) return
  const start = { base, wanted: rest, after: below(after, base) }
  yield* walk(deps, join(objects, ...folders), start)
}

/** The rest of the search in a folder whose keys all begin with `base`. */
interface Range {
  readonly base: string
  /** Must follow `base`. */
  readonly wanted: string
  /** The part behind `base` must be greater than this value, if given. */
  readonly after: string | undefined
}

async function* walk(deps: WalkDeps, path: string, range: Range): AsyncGenerator<readonly FoundFolder[]> {
  const { base, after, wanted } = range
  const { leading, orders } = await readOrders(deps, path, range)
  let batch: FoundFolder[] = []
  for (const order of orders) {
    const lead = leading.get(order)
    if (lead === undefined) {
      const key = keyOf(base + order)
      if (key !== undefined) batch.push(new FoundFolder(key, `${path}/${order}${OBJECT_SIGN}`))
    }
    if (batch.length > 0 && (lead !== undefined || batch.length === BATCH)) {
      yield batch
      batch = []
    }
    if (lead === undefined) continue
    const inside = { base: base + order, wanted: below(wanted, order) ?? '', after: below(after, order) }
    yield* walk(deps, join(path, lead), inside)
  }
  if (batch.length > 0) yield batch
}

interface Orders {
  /** The orders of all entries in the folder that can hold a matching key, sorted. */
  readonly orders: readonly string[]
  /** The names of the inner folders, by their order; all other entries are objects. */
  readonly leading: ReadonlyMap<string, string>
}

/** Keeps only the order of an object: a folder may hold very many objects. */
async function readOrders({ fs, turn }: WalkDeps, path: string, { after, wanted }: Range): Promise<Orders> {
  const orders: string[] = []
  const leading = new Map<string, string>()
  let looked = 0
  for (const name of (await unlessMissing(fs.readdir(path))) ?? []) {
    if (++looked % NAMES_PER_TURN === 0) await turn()
    const entry = parseEntry(name)
    if (entry === undefined) continue
    const { kind, order } = entry
    const leads = kind !== 'object'
    if (!order.startsWith(wanted) && !(leads && wanted.startsWith(order))) continue
    if (after !== undefined && order <= after && !(leads && after.startsWith(order))) continue
    orders.push(order)
    if (leads) leading.set(order, name)
  }
  await sortInTurns(orders, turn)
  return { leading, orders }
}

/** The part of `order` below `base`. A different beginning restricts nothing any more: the result is `undefined`. */
function below(order: string | undefined, base: string): string | undefined {
  return order?.startsWith(base) === true ? order.slice(base.length) : undefined
}
