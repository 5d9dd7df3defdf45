import {
  boolean,
  custom,
  fullJitter,
  func,
  integer,
  messageOf,
  optional,
  resolveOptions,
  silentLogger,
  systemClock,
  systemRandom,
  toDate,
  type Clock,
  type Logger,
  type Random,
  wrongArgument,
} from '@s3sched/kernel'
import { encodeDocument } from '../document.ts'
import { type CallOptions, isObjectStore, type ObjectStore } from '../object-store.ts'
import { StoreError } from '../store-error.ts'
import { Inconclusive } from './inconclusive.ts'
import {
  recallProbe,
  recallRefusal,
  rememberProbe,
  rememberRefusal,
  type RememberedProbe,
  type RememberedRefusal,
} from './probe-memory.ts'
import { createRaces } from './race.ts'
import { probeSequence, type Finding, type Trial } from './sequence.ts'
import { refusal } from './verdict.ts'

/** The extent of a probe. */
export interface ProbeOptions {
  /**
   * The number of races, each third of them to create. 3 races find a server that usually races; to choose a server,
   * use 200: see {@link missChance}.
   * Rounds add up: the rounds of a remembered probe count and are not repeated. A server that was refused once must
   * pass 200 rounds. 1 to 10,000.
   * @default 3
   */
  readonly rounds?: number
  /** The number of racing writers. 2 to 64. @default 8 */
  readonly writers?: number
  /**
   * With `true`, a pass is remembered in the bucket, and trusted the next time. A refusal is always remembered.
   * @default true
   */
  readonly cache?: boolean
  /**
   * With `true`, the conditions of single writes are checked anew even where a pass is remembered. Remembered races
   * count, and nothing new is remembered but a refusal. @default false
   */
  readonly recheck?: boolean
  /** The longest stretch of network trouble to wait through, ms, 0 and more. @default 60000 */
  readonly patienceMs?: number
  readonly signal?: AbortSignal
  /** Called with each failure of a request that the probe waits through. */
  readonly onTrouble?: ((error: StoreError) => void) | undefined
}

/** The result of a probe. */
export interface ProbeReport extends RememberedProbe {
  /** True for the result of an earlier probe, at the cost of 2 GET and nothing else. */
  readonly remembered: boolean
}

const OPTIONS = {
  rounds: integer({ min: 1, max: 10_000, default: 3 }),
  writers: integer({ min: 2, max: 64, default: 8 }),
  cache: boolean(true),
  recheck: boolean(false),
  patienceMs: integer({ min: 0, default: 60_000 }),
  signal: optional(custom('an AbortSignal', (value): value is AbortSignal => value instanceof AbortSignal)),
  onTrouble: optional(func<(error: StoreError) => void>()),
} as const

const BACKOFF = { baseMs: 200, maxMs: 5_000 }

/** The prefix of the probe's objects; every probe has a folder of its own below. */
const TRIALS = 'probe/'

/** A server with two winners in one of ten rounds passes 200 rounds once in a billion times. */
const ROUNDS_AFTER_REFUSAL = 200

/** Longer than any probe, ms. */
const LEFT_BEHIND_MS = 86_400_000

/**
 * Checks a server's conditional writes, by some 55 requests, because many servers only pretend to support conditions: creates an object,
 * creates the object again (must conflict), updates the object, updates with a stale ETag (must conflict), and lets
 * writers race; exactly one writer may win. The probe deletes its objects.
 *
 * Network trouble is not held against the server: the phase is repeated.
 *
 * @throws {@link StoreError} `UNSUPPORTED`, with the server's misbehaviour and the remedy. `context.violation` is its
 * name.
 * @throws {@link StoreError} of the store, for errors of the network or of permissions; `signal.reason`.
 * @example await probeStore(openStore('s3://bucket/prefix'))
 */
export async function probeStore(
  store: ObjectStore,
  options: ProbeOptions = {},
  deps: { readonly clock?: Clock; readonly random?: Random; readonly logger?: Logger } = {},
): Promise<ProbeReport> {
  if (!isObjectStore(store)) throw wrongArgument('probeStore', 'an ObjectStore, such as that of openStore()', store)
  const { rounds, writers, cache, onTrouble, patienceMs, recheck, signal } = resolveOptions(
    'probeStore',
    OPTIONS,
    options,
  )
  const { clock = systemClock, logger = silentLogger, random = systemRandom } = deps
  const call: CallOptions = { signal, onTrouble }
  const patience = { clock, random, patienceMs, signal }
  const refused = await patiently(patience, () => recallRefusal(store, call))
  const overcame = refused?.id ?? null
  const wanted = Math.max(rounds, refused === undefined ? 0 : ROUNDS_AFTER_REFUSAL)
  const last = cache ? await patiently(patience, () => recallProbe(store, call)) : undefined
  const known = last !== undefined && last.writers >= writers && last.overcame === overcame ? last : undefined
  if (known !== undefined && known.rounds >= wanted && !recheck) return { ...known, remembered: true }
  const warnings = new Set<string>()
  if (refused !== undefined) {
    warnings.add(wasRefused(store, refused))
    logger.warn(`${wasRefused(store, refused)}; it is accepted when ${wanted} rounds in a row are right`)
  }
  const prefix = `${TRIALS}${random.id()}/`
  const keys: string[] = []
  const trial: Trial = {
    store,
    call,
    key: (name = `${keys.length}.json`) => {
      const key = prefix + name
      keys.push(key)
      return key
    },
    body: () => probeBody(random.id()),
  }
  const conclude = async (phase: () => Promise<Finding>): Promise<void> => {
    const { verdict, warnings: found } = await patiently(patience, phase)
    for (const warning of found) warnings.add(warning)
    if (verdict !== undefined) throw refusal(store.description, verdict)
  }
  const noteRefusal = async (error: unknown): Promise<void> => {
    const violation = error instanceof StoreError ? error.context['violation'] : undefined
    if (typeof violation !== 'string') return
    const found = { id: random.id(), violation, said: messageOf(error), refusedAt: clock.now() }
    try {
      await rememberRefusal(store, found, call)
    } catch (trouble) {
      logger.warn(`the refusal of ${store.description} could not be written down: ${messageOf(trouble)}`)
    }
  }
  try {
    await conclude(() => probeSequence(trial))
    const race = createRaces(trial, writers)
    for (let round = known?.rounds ?? 0; round < wanted; round++) await conclude(race)
    await cleanUp(store, warnings, () => sweep(store, call))
  } catch (error) {
    await noteRefusal(error)
    throw error
  } finally {
    // After an abort the caller does not want to wait; the next probe sweeps.
    if (signal?.aborted !== true) await cleanUp(store, warnings, () => store.delete(keys, call))
  }
  signal?.throwIfAborted()
  const passed = {
    where: store.description,
    rounds: Math.max(wanted, known?.rounds ?? 0),
    writers,
    checkedAt: clock.now(),
    warnings: [...warnings],
    overcame,
  }
  if (cache && !recheck) await patiently(patience, () => rememberProbe(store, passed, random.id(), call))
  return { ...passed, remembered: false }
}

interface Patience {
  readonly clock: Clock
  readonly random: Random
  readonly patienceMs: number
  readonly signal: AbortSignal | undefined
}

/** Repeats a phase, with new keys, while only the network is in the way and patience is left. */
async function patiently<T>({ clock, random, patienceMs, signal }: Patience, phase: () => Promise<T>): Promise<T> {
  const untilMs = clock.monotonic() + patienceMs
  for (let retry = 1; ; retry++) {
    try {
      return await phase()
    } catch (error) {
      signal?.throwIfAborted()
      const transient = error instanceof Inconclusive || (error instanceof StoreError && error.retriable)
      const waitMs = fullJitter(retry, BACKOFF, random)
      if (!transient || clock.monotonic() + waitMs > untilMs) throw error instanceof Inconclusive ? error.cause : error
      await clock.sleep(waitMs, signal)
    }
  }
}

function wasRefused({ description }: ObjectStore, { refusedAt, said }: RememberedRefusal): string {
  return `${description} was refused at ${toDate(refusedAt).toISOString()} (${said})`
}

/** Objects left behind must not hide the finding of the probe. */
async function cleanUp(store: ObjectStore, warnings: Set<string>, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    warnings.add(`objects below ${TRIALS} in ${store.description} were left behind: ${messageOf(error)}`)
  }
}

/** Deletes the objects of killed or aborted probes. Both times are the server's. */
async function sweep(store: ObjectStore, call: CallOptions): Promise<void> {
  for await (const { objects, serverTime } of store.list(TRIALS, call)) {
    if (serverTime === undefined) return
    const old = objects.filter(({ lastModified }) => lastModified < serverTime - LEFT_BEHIND_MS)
    await store.delete(
      old.map(({ key }) => key),
      call,
    )
  }
}

/** All bodies differ from end to end and are some kilobytes long, so that a torn body is detected. */
function probeBody(nonce: string): Uint8Array {
  return encodeDocument({ fill: nonce.repeat(100) }, nonce)
}
