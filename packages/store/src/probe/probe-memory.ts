import { readDocument, writeDocument } from '../document.ts'
import type { CallOptions, ObjectStore } from '../object-store.ts'

/** Where the result of the last probe that passed lies. */
const PROBE_KEY = 'probe.json'

/** A probe that passed, as it is remembered. */
export interface RememberedProbe {
  /** The description of the store by which it was probed: a copy of a bucket on another server does not inherit it. */
  readonly where: string
  readonly rounds: number
  readonly writers: number
  /** Epoch ms, by the clock of whoever probed. */
  readonly checkedAt: number
  readonly warnings: readonly string[]
}

/** What is remembered of this store: 1 GET. What can't be read counts as nothing. */
export async function recallProbe(store: ObjectStore, call: CallOptions): Promise<RememberedProbe | undefined> {
  const read = await readDocument(store, PROBE_KEY, call)
  if (read.outcome !== 'found') return undefined
  const { where, rounds, writers, checkedAt, warnings } = read.fields
  if (where !== store.description) return undefined
  if (typeof rounds !== 'number' || typeof writers !== 'number' || typeof checkedAt !== 'number') return undefined
  const texts = Array.isArray(warnings) ? warnings.filter((text) => typeof text === 'string') : []
  return { where, rounds, writers, checkedAt, warnings: texts }
}

/** 1 PUT, without a condition: whoever probed last is as right as whoever probed first. */
export async function rememberProbe(
  store: ObjectStore,
  probe: RememberedProbe,
  nonce: string,
  call: CallOptions,
): Promise<void> {
  await writeDocument(store, PROBE_KEY, { ...probe }, nonce, call)
}
