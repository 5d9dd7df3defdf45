import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Post } from '@s3sched/alerts'
import { createFleet, MINUTE, type Fleet } from './fleet.ts'

let fleet: Fleet
beforeEach(() => {
  fleet = createFleet()
})
afterEach(async () => {
  await fleet.stopAll()
  vi.unstubAllGlobals()
})

function answer(post: Post): void {
  vi.stubGlobal('fetch', post)
}

describe('check-ins', () => {
  it('tell a monitor of the start and the end of each run, in this order, and try again', async () => {
    const pings: string[] = []
    let refusals = 1
    answer(async (url) => {
      if (refusals-- > 0) return { ok: false, status: 503 }
      pings.push(url.replace(/(?<==)[\w-]{22,36}/, 'ID'))
      return { ok: true, status: 200 }
    })
    const action = (): string => 'fine'
    const sentry = 'https://o1.ingest.sentry.io/api/7/cron/nightly/key/'
    await fleet.bootLeader({
      flaky: {
        schedule: '1 * * * *',
        checkIn: 'https://hc-ping.com/uuid',
        action: () => Promise.reject(new Error('no')),
      },
      fine: { schedule: '2 * * * *', checkIn: 'https://cronitor.link/p/key/fine', action },
      sentry: { schedule: '3 * * * *', checkIn: sentry, action },
      own: {
        schedule: '4 * * * *',
        checkIn: (phase, { jobName }) => `https://own.example/${jobName}/${phase}`,
        action,
      },
      unwatched: { schedule: '5 * * * *', action },
    })
    await fleet.clock.advance(6 * MINUTE)
    expect(pings).toEqual([
      'https://hc-ping.com/uuid/start?rid=ID',
      'https://hc-ping.com/uuid/fail?rid=ID',
      'https://cronitor.link/p/key/fine?state=run&series=ID',
      'https://cronitor.link/p/key/fine?state=complete&series=ID',
      'https://o1.ingest.sentry.io/api/7/cron/nightly/key/?status=in_progress&check_in_id=ID',
      'https://o1.ingest.sentry.io/api/7/cron/nightly/key/?status=ok&check_in_id=ID',
      'https://own.example/own/start',
      'https://own.example/own/ok',
    ])
  })
})
