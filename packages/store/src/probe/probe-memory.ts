/**
 * What earlier probes found, in two objects: the last pass, and the last refusal of this very store.
 *
 * A refusal weighs more than a pass: a server that races seldom passes sooner or later, so that restarts would turn luck
 * into acceptance. For that reason the refusal has a key of its own, which no pass overwrites, and a pass names the refusal
 * that it has overcome.
 */
import { stableHash } from '@s3sched/kernel'
import { readDocument, writeDocument } from '../document.ts'
import type { CallOptions, ObjectStore } from '../object-store.ts'

const PASS_KEY = 'probe.json'
/** A folder, since a bucket with two addresses is two stores. */
const REFUSALS = 'probe-refused/'

/** A probe that passed, as it is remembered. */
export interface RememberedProbe {
  /** The description of the store by which it was probed: a copy of a bucket on another server does not inherit it. */
  readonly where: string
  /** In all probes that passed one after the other. */
  readonly rounds: number
  readonly writers: number
  /** Epoch ms, by the clock of whoever probed. */
  readonly checkedAt: number
  readonly warnings: readonly string[]
  /** The id of the refusal before it; `null` when there was none. */
  readonly overcame: string | null
}

/** The last probe that found the server wrong. */
export interface RememberedRefusal {
  readonly id: string
  readonly violation: string
  /** What the server did, as a sentence. */
  readonly said: string
  /** Epoch ms, by the clock of whoever probed. */
  readonly refusedAt: number
}

/** The last pass of this store: 1 GET. What can't be read counts as nothing. */
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

/** 1 PUT, without a condition: whoever probed last is as right as whoever probed first. */
export async function rememberProbe(
  store: ObjectStore,
  probe: RememberedProbe,
  nonce: string,
  call: CallOptions,
): Promise<void> {
  await writeDocument(store, PASS_KEY, { ...probe }, nonce, call)
}

/** The last refusal of this store: 1 GET. What can't be read counts as nothing. */
export async function recallRefusal(store: ObjectStore, call: CallOptions): Promise<RememberedRefusal | undefined> {
  const read = await readDocument(store, refusalKey(store), call)
  if (read.outcome !== 'found') return undefined
  const { where, violation, said, refusedAt } = read.fields
  if (where !== store.description || typeof violation !== 'string' || typeof said !== 'string') return undefined
  if (typeof refusedAt !== 'number') return undefined
  return { id: read.nonce, violation, said, refusedAt }
}

/** 1 PUT, without a condition: conditions are what this server was refused for. */
export async function rememberRefusal(
  store: ObjectStore,
  { id, ...refusal }: RememberedRefusal,
  call: CallOptions,
): Promise<void> {
  await writeDocument(store, refusalKey(store), { where: store.description, ...refusal }, id, call)
}

function refusalKey({ description }: ObjectStore): string {
  return `${REFUSALS}${stableHash(description).toString(36)}.json`
}
