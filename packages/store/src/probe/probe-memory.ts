/**
 * The findings of earlier probes, in two objects: the last pass, and the last refusal of this very store.
 *
 * A refusal weighs more than a pass: a server that races seldom passes sooner or later, so that restarts would turn
 * luck into acceptance. So the refusal has a key of its own, never overwritten by a pass, and a pass names the refusal
 * overcome.
 */
import { stableHash } from '@s3sched/kernel'
import { encodeDocument, readDocument } from '../document.ts'
import type { CallOptions, ObjectStore } from '../object-store.ts'

const PASS_KEY = 'probe.json'
/** A folder, because a bucket with two addresses is two stores. */
const REFUSALS = 'probe-refused/'

/** A remembered pass of the probe. */
export interface RememberedProbe {
  /** The description of the probed store: a copy of a bucket on another server does not inherit the pass. */
  readonly where: string
  /** The rounds of all consecutive passes. */
  readonly rounds: number
  readonly writers: number
  /** Epoch ms, by the clock of the probing process. */
  readonly checkedAt: number
  readonly warnings: readonly string[]
  /** The id of the refusal before this pass; `null` without a refusal. */
  readonly overcame: string | null
}

/** The last probe that refused the server. */
export interface RememberedRefusal {
  readonly id: string
  readonly violation: string
  /** The misbehaviour of the server, as a sentence. */
  readonly said: string
  /** Epoch ms, by the clock of the probing process. */
  readonly refusedAt: number
}

/** The last pass of this store: 1 GET. An unreadable object counts as missing. */
export async function recallProbe(store: ObjectStore, call: CallOptions): Promise<RememberedProbe | undefined> {
  const read = await readDocument(store, PASS_KEY, call)
  if (read.outcome !== 'found') return undefined
  const { where, rounds, writers, checkedAt, warnings, overcame } = read.fields
  if (where !== store.description) return undefined
  if (typeof rounds !== 'number' || typeof writers !== 'number' || typeof checkedAt !== 'number') return undefined
  if (overcame !== null && typeof overcame !== 'string') return undefined
  const texts = Array.isArray(warnings) ? warnings.filter((text) => typeof text === 'string') : []
  return { where, rounds, writers, checkedAt, warnings: texts, overcame }
}

/** 1 PUT, without a condition: the last probe is as right as the first. */
export async function rememberProbe(
  store: ObjectStore,
  probe: RememberedProbe,
  nonce: string,
  call: CallOptions,
): Promise<void> {
  await store.put(PASS_KEY, encodeDocument({ ...probe }, nonce), call)
}

/** The last refusal of this store: 1 GET. An unreadable object counts as missing. */
export async function recallRefusal(store: ObjectStore, call: CallOptions): Promise<RememberedRefusal | undefined> {
  const read = await readDocument(store, refusalKey(store), call)
  if (read.outcome !== 'found') return undefined
  const { where, violation, said, refusedAt } = read.fields
  if (where !== store.description || typeof violation !== 'string' || typeof said !== 'string') return undefined
  if (typeof refusedAt !== 'number') return undefined
  return { id: read.nonce, violation, said, refusedAt }
}

/** 1 PUT, without a condition: this server was refused for its conditions. */
export async function rememberRefusal(
  store: ObjectStore,
  { id, ...refusal }: RememberedRefusal,
  call: CallOptions,
): Promise<void> {
  await store.put(refusalKey(store), encodeDocument({ where: store.description, ...refusal }, id), call)
}

function refusalKey({ description }: ObjectStore): string {
  return `${REFUSALS}${stableHash(description).toString(36)}.json`
}
