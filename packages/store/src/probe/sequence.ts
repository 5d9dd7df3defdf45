import { listAll } from '../document.ts'
import type { CallOptions, ObjectStore, PutCondition, PutResult } from '../object-store.ts'
import { Inconclusive } from './inconclusive.ts'
import { judgeAnswers, judgeRead, type Verdict, type Written } from './verdict.ts'

/** The tools of one phase of the probe. */
export interface Trial {
  readonly store: ObjectStore
  /** A key unknown to other processes; without a name, a new key per call. */
  readonly key: (name?: string) => string
  /** A unique body, new per call. */
  readonly body: () => Uint8Array
  readonly call: CallOptions
}

export interface Finding {
  readonly verdict: Verdict | undefined
  readonly warnings: readonly string[]
}

const STALE_ETAG = 'a read right after a write gave the new bytes under the old ETag; a writer by it loses the race'

/** Creates, reads, updates, lists and deletes one object, one request after the other: 12 requests. */
export async function probeSequence({ store, key, body, call }: Trial): Promise<Finding> {
  const path = key()
  const put = async (where: string, bytes: Uint8Array, condition: PutCondition): Promise<PutResult> =>
    conclusive(await store.put(where, bytes, { ...call, condition }))
  const states: Written[] = []
  const warnings = new Set<string>()
  let verdict: Verdict | undefined
  const look = async (): Promise<void> => {
    const judged = judgeRead(await store.get(path, call), states)
    if (judged === 'stale-etag') warnings.add(STALE_ETAG)
    else verdict ??= judged
  }
  const note = (bytes: Uint8Array, result: PutResult): PutResult['outcome'] => {
    if (result.outcome === 'written') states.push({ body: bytes, etag: result.etag })
    return result.outcome
  }
  const write = async (condition: PutCondition): Promise<PutResult['outcome']> => {
    const bytes = body()
    return note(bytes, await put(path, bytes, condition))
  }

  const create = await write({ ifAbsent: true })
  const first = states[0]?.etag ?? '"none"'
  await look()
  const createAgain = await write({ ifAbsent: true })
  await look()
  // The update uses the ETag of the latest state, so that every condition is judged by itself.
  const update = await write({ ifMatch: states.at(-1)?.etag ?? first })
  await look()
  const staleUpdate = await write({ ifMatch: first })
  await look()
  const updateOfMissing = (await put(key(), body(), { ifMatch: first })).outcome

  const ignored = judgeAnswers({ create, createAgain, update, staleUpdate, updateOfMissing })
  verdict = ignored ?? verdict ?? (await probeListing({ store, key, body, call }, path, states))
  return { verdict, warnings: [...warnings] }
}

async function probeListing(
  { store, key, body, call }: Trial,
  path: string,
  states: readonly Written[],
): Promise<Verdict | undefined> {
  const listed = (await listAll(store, path, call)).find((object) => object.key === path)
  if (listed === undefined) return { violation: 'listing', said: 'a list did not show an object that was there' }
  if (listed.etag !== states.at(-1)?.etag) {
    return { violation: 'listing', said: `a list gave the ETag ${listed.etag} to ${states.at(-1)?.etag}` }
  }
  const problem = await probePages({ store, key, body, call })
  if (problem !== undefined) return { violation: 'listing', said: problem }
  await store.delete(path, call)
  const gone = await store.get(path, call)
  return gone.outcome === 'missing'
    ? undefined
    : { violation: 'keeps-deleted', said: 'a read found an object that had been deleted' }
}

/**
 * Lists two objects in pages of one. A server that walks folders gives `p/b` before `p-b`, although `-` comes before
 * `/`; a server that ignores limits gives both at once.
 */
async function probePages({ store, key, body, call }: Trial): Promise<string | undefined> {
  const [first, second] = [key('p-b'), key('p/b')]
  await store.put(second, body(), call)
  await store.put(first, body(), call)
  const stem = first.slice(0, -'-b'.length)
  const shown: string[] = []
  for (const startAfter of [undefined, first]) {
    const page = await listAll(store, stem, { ...call, limit: 1, ...(startAfter === undefined ? {} : { startAfter }) })
    if (page.length > 1) return `a list that was limited to 1 object gave ${page.length}`
    shown.push(page[0]?.key ?? 'nothing')
  }
  const [one, two] = shown
  if (one === first && two === second) return undefined
  return `lists of one object at a time gave ${one}, and after ${first} ${two}: keys are not in the order of their bytes`
}

/** An unknown outcome says nothing about the server: the phase is repeated. */
export function conclusive(result: PutResult): PutResult {
  if (result.outcome === 'unknown') throw new Inconclusive(result.cause)
  return result
}
