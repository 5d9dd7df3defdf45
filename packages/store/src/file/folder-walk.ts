import { join } from 'node:path'
import type { FileSystem } from './file-system.ts'
import { unlessMissing } from './folder-steps.ts'
import { folderPath, keyOf, orderOf, parseEntry, OBJECT_SIGN } from './key-path.ts'
import { sortInTurns } from './sort-in-turns.ts'

/**
 * A class, as what a listing makes of it is. V8 watches how long the objects live that one literal makes; the first collections find
 * whole pages alive, and it puts all later ones among what is old, where they stay, dead, with everything that they refer to.
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
  /** Resolves in a later turn of the event loop: a folder with 100,000 names is not sorted in one. */
  readonly turn: () => Promise<void>
}

/** How many are given at once: one promise for many, and as many as are looked at together. */
const BATCH = 1000
/** How many names of one folder are looked at in one turn of the event loop. */
const NAMES_PER_TURN = 8192

/**
 * The folders of objects whose keys begin with `prefix` and come after `startAfter`, in the order of the keys, some at a time. Folders
 * of the tree are read once each, when the walk comes to them; those that can hold no such key aren't read.
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

/** What is left to look for in a folder whose keys all begin with `base`. */
interface Range {
  readonly base: string
  /** What must follow. */
  readonly wanted: string
  /** What follows must be greater than this, if it is given. */
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
  /** Of everything in the folder that can hold what is looked for, sorted. */
  readonly orders: readonly string[]
  /** The names of the folders that lead on, by their order; all the others are objects. */
  readonly leading: ReadonlyMap<string, string>
}

/** Nothing is kept of an object but its order: there may be very many in a folder. */
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

/** The part of `order` below `base`; nothing when it doesn't begin so, since then it no longer restricts anything. */
function below(order: string | undefined, base: string): string | undefined {
  return order?.startsWith(base) === true ? order.slice(base.length) : undefined
}
