import type { Coordinator, Shard } from '@s3sched/coordinator'
import { silentLogger } from '@s3sched/kernel'
import { createManualClock } from '@s3sched/kernel/testing'
import { expect, it } from 'vitest'
import type { EngineEnv } from '../engine-env.ts'
import { StandbyDuty, type StandbyDutyDeps } from './standby-duty.ts'
import type { Standby } from './standby.ts'

it('has the standbys of all shards look at their places when any shard has a new leader', async () => {
  const clock = createManualClock()
  const listeners: Record<string, (event: { readonly shard: number }) => void> = {}
  const shards = [0, 1].map((index) => ({ index, isLeader: () => false, leader: () => undefined }) as unknown as Shard)
  const coordinator = {
    workerId: 'a',
    shards,
    on: (event: string, listener: (event: { readonly shard: number }) => void) => (listeners[event] = listener),
  } as unknown as Coordinator
  const looks: number[] = []
  const createStandby = ({ index }: Shard): Standby =>
    ({ start: () => undefined, look: () => void looks.push(index) }) as unknown as Standby
  const env = { logger: silentLogger, serverClock: { ticking: () => clock } } as unknown as EngineEnv
  const deps = { coordinator, createStandby } as unknown as StandbyDutyDeps
  await new StandbyDuty(env, deps, { heartbeatInterval: 30_000 }).start()
  listeners['elected']?.({ shard: 1 })
  expect(looks).toEqual([0, 1])
  looks.length = 0
  listeners['seen']?.({ shard: 1 })
  expect(looks).toEqual([1])
})
