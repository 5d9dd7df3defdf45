import { beforeEach, describe, expect, it } from 'vitest'
import { silentLogger } from '@s3sched/kernel'
import { createManualClock, createSeededRandom, type ManualClock } from '@s3sched/kernel/testing'
import type { JobView } from '@s3sched/operator'
import { createMemoryStore, readDocument, type ObjectStore } from '@s3sched/store'
import { AlertOutbox } from './alert-outbox.ts'
import { resolveRules, type AlertRule } from './alert-rules.ts'
import type { Alert } from './alert.ts'
import type { AlertInput } from './decide-alerts.ts'

const NOON = Date.UTC(2026, 0, 5, 12)
const { signal } = new AbortController()

let clock: ManualClock
let store: ObjectStore
let told: Alert[]
beforeEach(() => {
  clock = createManualClock(NOON)
  store = createMemoryStore({ clock })
  told = []
})

/** A process that looks after the alerts; each has chance of its own. */
function outbox(seed: number, to: AlertRule['to'] = (alert) => void told.push(alert)): AlertOutbox {
  const post = (): Promise<never> => Promise.reject(new Error('nothing to post'))
  const deps = { store, clock, post, logger: silentLogger, random: createSeededRandom(seed) }
  return new AlertOutbox(deps, resolveRules([{ name: 'rule', on: 'late', to }]))
}

/** A job whose tick of ten minutes ago nobody has claimed, with the fields that a rule reads. */
function lateJob(): AlertInput {
  const job: Partial<JobView> = {
    name: 'late',
    state: 'active',
    overdueSince: NOON - 600_000,
    running: [],
    statistics: { counts: { missed: 0, lost: 0 }, streak: { outcome: 'success', length: 1 } } as JobView['statistics'],
    spec: { retries: 0, timeout: 0 } as JobView['spec'],
  }
  return { jobs: [job as JobView], leader: undefined, now: clock.now() }
}

const waiting = async (): Promise<unknown> => {
  const read = await readDocument(store, 'alerts.json')
  return read.outcome === 'found' ? read.fields['waiting'] : read.outcome
}

describe('the list of alerts in the bucket', () => {
  it('tells one alert once, however many processes look at a time', async () => {
    await Promise.all([1, 2, 3].map((seed) => outbox(seed).look(lateJob(), signal)))
    expect(told).toMatchObject([{ kind: 'late', job: 'late', store: 'memory' }])
    expect(await waiting()).toEqual([])
  })

  it('keeps an alert that its target refused, and leaves the alert to its own process for a minute', async () => {
    await outbox(1, () => Promise.reject(new Error('busy'))).look(lateJob(), signal)
    const [{ alert }] = (await waiting()) as [{ alert: Alert }]
    const other = outbox(2)
    await clock.advance(30_000)
    await other.look(lateJob(), signal)
    expect(told).toEqual([])
    await clock.advance(30_000)
    await other.look(lateJob(), signal)
    expect(told).toEqual([alert])
    expect(await waiting()).toEqual([])
  })

  it('tries a target again after half a minute, then less and less often', async () => {
    const tries: number[] = []
    const one = outbox(1, () => {
      tries.push((clock.now() - NOON) / 1000)
      return Promise.reject(new Error('busy'))
    })
    for (let looks = 0; looks <= 10; looks++) {
      await one.look(lateJob(), signal)
      await clock.advance(30_000)
    }
    expect(tries).toEqual([0, 30, 90, 210])
  })

  it('gives an alert up after a day', async () => {
    await outbox(1, () => Promise.reject(new Error('busy'))).look(lateJob(), signal)
    await clock.advance(86_400_000)
    await outbox(2).look({ ...lateJob(), jobs: [] }, signal)
    expect([told, await waiting()]).toEqual([[], []])
  })
})
