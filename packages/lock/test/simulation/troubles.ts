import type { Random } from '@s3sched/kernel'
import type { Faults, FaultyStore } from '@s3sched/store/testing'
import type { SimulatedNode } from './node.ts'
import type { World } from './world.ts'

/** A network on which about a fifth of the requests fail. */
export const TROUBLED: Faults = {
  unavailable: 0.03,
  throttled: 0.03,
  lostRequest: 0.04,
  lostResponse: 0.04,
  lateWrite: 0.03,
  retriedWrite: 0.02,
  truncatedBody: 0.01,
  maxLatencyMs: 400,
  maxLateMs: 8000,
  maxNoticeMs: 300,
}

export const QUIET: Faults = { maxLatencyMs: 50 }

export interface Victim {
  readonly node: SimulatedNode
  readonly network: FaultyStore
}

/**
 * Pauses, suspends, cuts off or, by `crash`, ends a random process now and then, or sets its clock, up to the time
 * `until`. Times are in the order of `ttlMs`, where they hurt most.
 */
export async function makeTrouble(
  world: World,
  random: Random,
  {
    until,
    ttlMs,
    victims,
    crash,
  }: { until: number; ttlMs: number; victims: () => readonly Victim[]; crash: (victim: Victim) => void },
): Promise<void> {
  while (world.now < until) {
    await world.clock.sleep(random.float() * ttlMs)
    const all = victims()
    const victim = all[Math.floor(random.float() * all.length)]
    if (victim === undefined) continue
    const forMs = random.float() ** 2 * 2.5 * ttlMs
    const what = random.float()
    if (what < 0.35) victim.node.pause(forMs)
    else if (what < 0.5) victim.node.suspend(forMs)
    else if (what < 0.8) {
      victim.network.partition(random.float() < 0.5 ? 'requests' : 'responses')
      void world.clock.sleep(forMs).then(() => victim.network.heal())
    } else if (what < 0.9) victim.node.step(random.float() * 2 * ttlMs)
    else crash(victim)
  }
  for (const { network } of victims()) {
    network.heal()
    network.setFaults(QUIET)
  }
}
