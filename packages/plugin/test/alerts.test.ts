import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Post } from '@s3sched/alerts'
import { readDocument } from '@s3sched/store'
import { createScheduler, type Alert, type AlertRule } from '../src/index.ts'
import { createFleet, during, MINUTE, SECOND, type Fleet, type FleetJobs, type Instance } from './fleet.ts'

let fleet: Fleet
let told: (Alert & { readonly by: string })[]
let isBroken: boolean
beforeEach(() => {
  fleet = createFleet()
  told = []
  isBroken = true
})
afterEach(async () => {
  await fleet.stopAll()
  vi.unstubAllGlobals()
})

const jobs: FleetJobs = {
  flaky: { schedule: '* * * * *', action: () => (isBroken ? Promise.reject(new Error('disk full')) : 'fine') },
  fine: { schedule: '*/5 * * * *', action: () => 'fine' },
}

type Rules = readonly Omit<AlertRule, 'to'>[]

/** Boots an instance whose alerts are kept under its name. */
function boot(name: string, defined: FleetJobs, rules: Rules): Promise<Instance> {
  const to = (alert: Alert): void => void told.push({ ...alert, by: name })
  return fleet.boot(name, defined, { alerts: rules.map((rule) => ({ to, ...rule })) })
}

async function bootLeader(defined: FleetJobs, rules: Rules): Promise<Instance> {
  const instance = await boot('a', defined, rules)
  await fleet.clock.advance(100)
  expect(instance.scheduler.isLeader()).toBe(true)
  return instance
}

function answer(post: Post): void {
  vi.stubGlobal('fetch', post)
}

const waiting = async (): Promise<unknown> => {
  const read = await readDocument(fleet.store, 'alerts.json')
  return read.outcome === 'found' ? read.fields['waiting'] : read.outcome
}

const kinds = (): string[] => told.map(({ job, kind }) => `${kind} ${job}`)

describe('the alerts of a fleet', () => {
  const rules = [{ on: ['failed', 'recovered'], after: 3, every: 25 * MINUTE }] as const

  it('tell of failures in a row once, and of the recovery, also over a failover', async () => {
    const a = await bootLeader(jobs, rules)
    const b = await boot('b', jobs, rules)
    await fleet.clock.advance(2 * MINUTE + 30 * SECOND)
    expect(told).toEqual([])
    await fleet.clock.advance(3 * MINUTE)
    expect(told).toMatchObject([
      { kind: 'failed', job: 'flaky', count: 3, by: 'a', message: "job 'flaky' failed 3 times in a row: disk full" },
    ])
    fleet.cutOff(a)
    await fleet.clock.advance(10 * MINUTE)
    expect(b.scheduler.isLeader()).toBe(true)
    expect(told).toHaveLength(1)
    isBroken = false
    await fleet.clock.advance(2 * MINUTE)
    expect(told.slice(1)).toMatchObject([{ kind: 'recovered', job: 'flaky', by: 'b' }])
    expect(told[1]?.message).toMatch(/^job 'flaky' succeeded again, 1\d minutes after it failed$/)
    isBroken = true
    await fleet.clock.advance(8 * MINUTE)
    expect(told, 'no more than one in a period').toHaveLength(2)
    await fleet.clock.advance(8 * MINUTE)
    expect(kinds()).toEqual(['failed flaky', 'recovered flaky', 'failed flaky'])
    expect(await waiting()).toEqual([])
  })

  it('are delivered by the next leader, with the same id, when a leader dies before it could', async () => {
    const sent: unknown[] = []
    const toWebhook = { to: { webhook: 'https://example.org/hook' }, name: 'hook', on: 'failed' } as const
    answer(() => new Promise(() => undefined))
    const a = await bootLeader(jobs, [toWebhook])
    await boot('b', jobs, [toWebhook])
    await fleet.clock.advance(MINUTE + 5 * SECOND)
    const [open] = (await waiting()) as { alert: Alert }[]
    expect(open?.alert).toMatchObject({ kind: 'failed', job: 'flaky' })
    fleet.cutOff(a)
    answer(async (_url, { body = '', headers }) => {
      sent.push([headers?.['webhook-id'], headers?.['idempotency-key'], (JSON.parse(body) as Alert).id])
      return { ok: true, status: 204 }
    })
    await fleet.clock.advance(10 * MINUTE)
    expect(sent).toEqual([[open?.alert.id, open?.alert.id, open?.alert.id]])
  })

  it('are signed, and tried again until the target takes them', async () => {
    const secret = `whsec_${Buffer.from('a key of the receiver').toString('base64')}`
    const posts: { url: string; headers: Record<string, string>; body: string }[] = []
    answer(async (url, { body = '', headers = {} }) => {
      posts.push({ url, headers, body })
      return posts.length < 3 ? { ok: false, status: 500 } : { ok: true, status: 200 }
    })
    await bootLeader(jobs, [{ on: 'failed', to: { webhook: 'https://example.org/hook', secret } } as AlertRule])
    await fleet.clock.advance(10 * MINUTE)
    expect(posts).toHaveLength(3)
    expect(new Set(posts.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    const { body, headers } = posts[2] as (typeof posts)[number]
    const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
    const signature = createHmac('sha256', 'a key of the receiver').update(content).digest('base64')
    expect(headers['webhook-signature']).toBe(`v1,${signature}`)
    expect(JSON.parse(body)).toMatchObject({ kind: 'failed', job: 'flaky', count: 1 })
    expect(await waiting()).toEqual([])
  })

  it('reach Slack as text that mentions nobody', async () => {
    const evil = { schedule: '* * * * *', action: () => Promise.reject(new Error('<!channel> & co')) }
    const texts: string[] = []
    answer(async (_url, { body = '' }) => {
      texts.push((JSON.parse(body) as { text: string }).text)
      return { ok: true, status: 200 }
    })
    await bootLeader({ evil }, [{ on: 'failed', to: { slack: 'https://hooks.slack.com/x' } } as AlertRule])
    await fleet.clock.advance(2 * MINUTE)
    expect(texts).toEqual([":red_circle: job 'evil' failed: &lt;!channel&gt; &amp; co (memory)"])
  })

  it('tell of missed ticks, lost runs and a time without a leader, and nothing of the time before the rule', async () => {
    const hanging: FleetJobs = {
      slow: { schedule: '*/10 * * * *', timeout: 0, action: () => new Promise(() => undefined) },
      often: { schedule: '* * * * *', catchUp: 'none', action: () => 'fine' },
    }
    const a = await fleet.bootLeader(hanging)
    await fleet.clock.advance(10 * MINUTE + 30 * SECOND)
    fleet.cutOff(a)
    await fleet.clock.advance(10 * MINUTE)
    const rule = { on: ['missed', 'lost', 'leaderless'] } as const
    const b = await boot('b', hanging, [rule])
    await fleet.clock.advance(5 * MINUTE)
    expect(kinds()).toEqual([])
    await fleet.clock.advance(10 * MINUTE)
    fleet.cutOff(b)
    await fleet.clock.advance(10 * MINUTE)
    await boot('c', hanging, [rule])
    await fleet.clock.advance(5 * MINUTE)
    expect(kinds().toSorted()).toEqual(['leaderless null', 'lost slow', 'missed often'])
    expect(told.find(({ kind }) => kind === 'missed')?.count).toBeGreaterThan(5)
  })

  it('tell of a due tick that nobody claims, and of a run that goes on for too long', async () => {
    const gone = await fleet.bootLeader({ elsewhere: { schedule: '*/2 * * * *', action: () => 'fine' } })
    await during(fleet.clock, gone.scheduler.stop())
    const slow = { schedule: '* * * * *', timeout: 0, action: () => new Promise(() => undefined) }
    const fine = { schedule: '* * * * *', action: () => 'fine' }
    await boot('b', { slow, fine }, [{ on: ['late', 'stalled'], stalledAfter: 5 * MINUTE }])
    await fleet.clock.advance(3 * MINUTE)
    expect(kinds()).toEqual([])
    await fleet.clock.advance(12 * MINUTE)
    expect(told.map(({ message }) => message.replace(/\d+/, 'n'))).toEqual([
      "job 'elsewhere' was due n minutes ago, and nobody has claimed it",
      "job 'slow' has run for n minutes on b",
    ])
  })

  it('and check-ins take the failure of a lost run back when the run is found', async () => {
    const pings: string[] = []
    answer(async (url) => {
      pings.push(new URL(url).pathname)
      return { ok: true, status: 200 }
    })
    const slow: FleetJobs = {
      slow: {
        schedule: '*/30 * * * *',
        checkIn: 'https://hc-ping.com/uuid',
        action: () => fleet.clock.sleep(2 * SECOND),
      },
    }
    const a = await bootLeader(slow, [{ on: ['failed', 'recovered'] }])
    await boot('b', slow, [{ on: ['failed', 'recovered'] }])
    await fleet.clock.advance(30 * MINUTE + SECOND - (fleet.clock.now() % (30 * MINUTE)))
    fleet.cutOff(a)
    await fleet.clock.advance(5 * MINUTE)
    expect([kinds(), pings]).toEqual([['failed slow'], ['/uuid/start', '/uuid', '/uuid/fail']])
    a.network.heal()
    await fleet.clock.advance(2 * MINUTE)
    expect([kinds(), pings.slice(3)]).toEqual([['failed slow', 'recovered slow'], ['/uuid']])
  })

  it('cost nothing but a look at the page of the jobs while nothing happens', async () => {
    const yearly: FleetJobs = { fine: { schedule: '0 0 1 1 *', action: () => 'fine' } }
    const costOf = async (own: Fleet, alerts: readonly AlertRule[]): Promise<Instance['requests']> => {
      const { requests, resetRequests } = await own.bootLeader(yearly, { alerts })
      await own.clock.advance(5 * MINUTE)
      resetRequests()
      await own.clock.advance(10 * MINUTE)
      return { ...requests }
    }
    const quiet = createFleet()
    const [without, with_] = [await costOf(quiet, []), await costOf(fleet, [{ ...rules[0], to: () => undefined }])]
    await quiet.stopAll()
    expect(with_).toEqual({ ...without, get: without.get + 20, notModified: without.notModified + 20 })
  })

  it('are told by each instance in turn where nobody leads, once each', async () => {
    const rule = { on: 'failed', after: 2 } as const
    const to = (by: string) => (alert: Alert) => void told.push({ ...alert, by })
    for (const name of ['a', 'b'])
      await fleet.boot(name, jobs, { enableCoordinator: false, alerts: [{ ...rule, to: to(name) }] })
    await fleet.clock.advance(10 * MINUTE)
    expect(kinds()).toEqual(['failed flaky'])
  })

  it('and pings are sent before a pass by hand returns', async () => {
    const urls: string[] = []
    answer(async (url, { body }) => {
      urls.push(body === undefined ? new URL(url).pathname : (JSON.parse(body) as Alert).message)
      return { ok: true, status: 200 }
    })
    const { clock, store } = fleet
    const pass = async (): Promise<void> => {
      const action = (): Promise<never> => Promise.reject(new Error('disk full'))
      const flaky = { schedule: '* * * * *', action, checkIn: 'https://hc-ping.com/uuid' }
      const alerts = [{ on: 'failed', to: { webhook: 'https://example.org/hook' } } as const]
      const options = { store, prefix: '', clock, jobs: { flaky }, alerts, handleSignals: false } as const
      await using scheduler = createScheduler(options)
      await during(clock, scheduler.runDue())
    }
    await pass()
    await clock.advance(MINUTE)
    await pass()
    expect(urls).toEqual(['/uuid/start', '/uuid/fail', "job 'flaky' failed: disk full"])
    await clock.advance(MINUTE)
    await pass()
    expect(urls.slice(3)).toEqual(['/uuid/start', '/uuid/fail'])
  })

  it('do not hold up the stop of the scheduler', async () => {
    const { clock } = fleet
    const { scheduler } = await fleet.bootLeader(jobs, {
      alerts: [{ on: 'failed', to: () => new Promise(() => undefined) }],
    })
    await clock.advance(2 * MINUTE)
    const begunAt = clock.now()
    await during(clock, scheduler.stop())
    expect(clock.now() - begunAt).toBeLessThan(SECOND)
  })

  it('refuse rules that make no sense, and two of one name', () => {
    const make = (...alerts: unknown[]) => createScheduler({ alerts } as never)
    const to = (): void => undefined
    expect(() => make({ on: 'faild', to })).toThrow(/alerts\[0\].*expected on to be one or several of failed/)
    expect(() => make({ on: 'failed', to: { webhook: 'example.org' } })).toThrow(/expected to to be one or several of/)
    expect(() => make({ on: 'failed', to }, { on: 'failed', to })).toThrow(/to have different names/)
    const job = { schedule: null, action: () => null, checkIn: 'hc-ping.com/x' }
    expect(() => createScheduler({ jobs: { job } })).toThrow(/expected checkIn to be the URL of a monitor/)
  })

  it('are refused without the address, whose path is a secret', () => {
    const url = 'https://hooks.example/services/T0/B0/hunter2'
    const targets = [url, [url], new URL(url), { url }, { slack: url, channel: '#a' }, { webhook: url, secret: 7 }]
    const ofRules = [...targets.map((to) => [{ on: 'failed', to }]), { on: 'failed', to: url }]
    const ofJobs = [new URL(url), { url }, url.slice('https://'.length)].map((checkIn) => ({
      schedule: null,
      action: () => null,
      checkIn,
    }))
    const calls = [
      ...ofRules.map((alerts) => () => createScheduler({ alerts } as never)),
      ...ofJobs.map((job) => () => createScheduler({ jobs: { job: job as never } })),
    ]
    for (const call of calls)
      expect(call).toThrow(
        /^(?!.*hunter2).*expected (alerts|to|checkIn) to be .*, got .*(hooks\.example|a text of length)/,
      )
    expect(() => createScheduler({ alerts: [{ on: 'failed', to: url }] } as never)).toThrow(
      'expected to to be one or several of { webhook: URL, secret }, { slack: URL } and functions, got an address at hooks.example',
    )
  })
})
