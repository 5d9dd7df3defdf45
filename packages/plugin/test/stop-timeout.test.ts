import { afterEach, beforeEach, expect, it } from 'vitest'
import { createFleet, during, type Fleet, type Instance, MINUTE, SECOND } from './fleet.ts'

let fleet: Fleet

beforeEach(() => {
  fleet = createFleet()
})

afterEach(() => fleet.stopAll())

/** The application's own listener decides about the process, which goes on here. */
async function signalled({ scheduler }: Instance): Promise<void> {
  const listener = (): void => undefined
  process.on('SIGTERM', listener)
  try {
    const [ofScheduler] = process.listeners('SIGTERM')
    expect(ofScheduler).not.toBe(listener)
    ofScheduler?.('SIGTERM')
    await Promise.resolve()
    // A framework stops its parts after a turn of its own: the call joins the stop that is under way.
    await scheduler.stop()
  } finally {
    process.off('SIGTERM', listener)
  }
}

it.each<[string, (instance: Instance) => Promise<void>]>([
  ['a signal', signalled],
  ['stop()', ({ scheduler }) => scheduler.stop()],
  ['the end of its block', ({ scheduler }) => scheduler[Symbol.asyncDispose]()],
])('runs go on for stopTimeout after %s', async (_, stop) => {
  const work = {
    schedule: null,
    action: (_db: unknown, { signal }: { signal: AbortSignal }) => fleet.clock.sleep(60 * MINUTE, signal),
  }
  for (const seconds of [1, 45]) {
    const options = { handleSignals: true, stopTimeout: seconds * SECOND }
    const instance = await fleet.boot(`of-${seconds}-s`, { work }, options)
    const ended = instance.scheduler.runJob('work').catch((error: unknown) => error)
    await fleet.clock.advance(SECOND)
    const from = fleet.clock.now()
    await during(fleet.clock, stop(instance))
    const tookMs = fleet.clock.now() - from
    expect(await ended).toMatchObject({ reason: 'stopped' })
    expect(tookMs).toBeGreaterThanOrEqual(seconds * SECOND)
    expect(tookMs).toBeLessThan((seconds + 2) * SECOND)
  }
})
