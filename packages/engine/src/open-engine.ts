import { ClockWatch } from '@s3sched/jobs'
import { type ObjectStore, probeStore, ServerClock, type StoreError, timeStore } from '@s3sched/store'
import { observeStore } from './diagnostics.ts'
import type { Engine, EngineDeps } from './engine.ts'
import type { EngineWorld } from './engine-env.ts'
import type { ResolvedEngineOptions } from './engine-options.ts'
import { awaitFirstAnswer } from './first-answer.ts'
import { StoreContact } from './store-contact.ts'

/** The surroundings of an engine that knows its store, and not yet the store's clock. */
export type OpeningWorld = Omit<EngineWorld, 'serverClock'>

/** The live partners of an engine to open. */
export interface OpeningDeps extends Omit<EngineDeps, 'clockWatch' | 'contact'> {
  /** The scheduler, for observers of several schedulers. */
  readonly scheduler: object
  /** Its abort ends the wait for the store. */
  readonly signal: AbortSignal
}

/** Network trouble during the check of the store is tolerated for this time, in ms. */
const PATIENCE_MS = 15_000

/**
 * Checks the fitness of the store, and makes an engine on it: 2 GETs where the fitness is known already. Each answer of
 * the store teaches the engine the store's clock, the answers of the check included. The code of the engine is loaded
 * meanwhile: see {@link loadEngine}.
 * @throws SchedulerError `STORE` for trouble that may pass; StoreError for a store that is not fit; the reason of the signal
 */
export async function openEngine(
  world: OpeningWorld,
  { scheduler, signal, ...deps }: OpeningDeps,
  options: ResolvedEngineOptions,
): Promise<Engine> {
  const { clock, events, logger, random } = world
  const serverClock = new ServerClock(clock)
  const store: ObjectStore = timeStore(world.store, serverClock, clock)
  const probe = (onTrouble: (error: StoreError) => void): Promise<unknown> =>
    probeStore(store, { patienceMs: PATIENCE_MS, onTrouble, signal }, { clock, random, logger })
  const [{ Engine: Loaded }] = await Promise.all([
    loadEngine(),
    awaitFirstAnswer(`store ${store.description}`, probe, { clock, logger }),
  ])
  const onSkew = (skew: number): void => events.announce('plg:scheduler:clock-skew', { skew })
  const clockWatch = new ClockWatch({ serverClock, store, onSkew, logger, maxClockSkew: options.maxClockSkew })
  const contact = new StoreContact(clock)
  const observed = observeStore(store, scheduler, (operation, outcome) => contact.heard(operation, outcome))
  return new Loaded({ ...world, store: observed, serverClock }, { ...deps, clockWatch, contact }, options)
}

/**
 * Loads the code that works on an open store. An import of this package loads the rest, which checks jobs and says what
 * is wrong with them: a process that never opens a store never loads the larger part.
 */
export function loadEngine(): Promise<{ readonly Engine: typeof Engine }> {
  return import('./engine.ts')
}
