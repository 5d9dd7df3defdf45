import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger } from '@s3sched/kernel'
import { createSeededRandom } from '@s3sched/kernel/testing'
import { createOperator } from '@s3sched/operator'
import { readDocument, type ObjectStore } from '@s3sched/store'
import { AlertBook } from '../src/alerts/alert-book.ts'
import { resolveRules } from '../src/alerts/alert-rules.ts'
import { startAlerts, type Alert, type AlertRule, type Alerts, type CheckIn, type Post } from '../src/alerts/index.ts'
import { createFleet, during, MINUTE, SECOND, type Fleet, type FleetJobs, type Instance } from './fleet.ts'

let fleet: Fleet
let told: (Alert & { readonly by: string })[]
let running: Alerts[]
let isBroken: boolean

beforeEach(() => {
  fleet = createFleet()
  told = []
  running = []
  isBroken = true
})

afterEach(async () => {
  await Promise.all(running.map((alerts) => during(fleet.clock, alerts.stop())))
  await fleet.stopAll()
})

const jobs: FleetJobs = {
  flaky: { schedule: '* * * * *', action: () => (isBroken ? Promise.reject(new Error('disk full')) : 'fine') },
  fine: { schedule: '*/5 * * * *', action: () => 'fine' },
}

interface Options {
  readonly checkIns?: Record<string, CheckIn>
  readonly fetch?: Post
  readonly store?: ObjectStore
}

/** Alerts of an instance, as its application would start them. */
function watch(by: Instance, name: string, rules: readonly Omit<AlertRule, 'to'>[], options: Options = {}): Alerts {
  const to = (alert: Alert): void => void told.push({ ...alert, by: name })
  const alerts = startAlerts(by.scheduler, {
    store: by.network.store,
    prefix: '',
    clock: fleet.clock,
    random: createSeededRandom(name.length + name.charCodeAt(0)),
    alerts: rules.map((rule) => ({ to, ...rule })),
    ...options,
  })
  running.push(alerts)
  return alerts
}

const waiting = async (): Promise<unknown> => {
  const read = await readDocument(fleet.store, 'alerts.json')
  return read.outcome === 'found' ? read.fields['waiting'] : read.outcome
}

const kinds = (): string[] => told.map(({ job, kind }) => `${kind} ${job}`)

describe('the alerts of a fleet', () => {
  const rules = [{ on: ['failed', 'recovered'], after: 3, every: 25 * MINUTE }] as const

  it('tell of failures in a row once, and of the recovery, also over a failover', async () => {
    const a = await fleet.bootLeader(jobs)
    const b = await fleet.boot('b', jobs)
    watch(a, 'a', rules)
    watch(b, 'b', rules)
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
    const a = await fleet.bootLeader(jobs)
    const b = await fleet.boot('b', jobs)
    const sent: string[] = []
    const toWebhook = { to: { webhook: 'https://example.org/hook' }, name: 'hook', on: 'failed' } as const
    watch(a, 'a', [toWebhook], { fetch: () => new Promise(() => undefined) })
    const fetchOfB: Post = async (_url, { headers }) => {
      sent.push(headers?.['webhook-id'] ?? '')
      return { ok: true, status: 204 }
    }
    watch(b, 'b', [toWebhook], { fetch: fetchOfB })
    await fleet.clock.advance(MINUTE + 5 * SECOND)
    const [open] = (await waiting()) as { alert: Alert }[]
    expect(open?.alert).toMatchObject({ kind: 'failed', job: 'flaky' })
    fleet.cutOff(a)
    await fleet.clock.advance(10 * MINUTE)
    expect(sent).toEqual([open?.alert.id])
  })

  it('are signed, and tried again until the target takes them', async () => {
    const a = await fleet.bootLeader(jobs)
    const secret = `whsec_${Buffer.from('a key of the receiver').toString('base64')}`
    const posts: { url: string; headers: Record<string, string>; body: string }[] = []
    const post: Post = async (url, { body = '', headers = {} }) => {
      posts.push({ url, headers, body })
      return posts.length < 3 ? { ok: false, status: 500 } : { ok: true, status: 200 }
    }
    watch(a, 'a', [{ on: 'failed', to: { webhook: 'https://example.org/hook', secret } } as AlertRule], { fetch: post })
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
    const a = await fleet.bootLeader({
      evil: { schedule: '* * * * *', action: () => Promise.reject(new Error('<!channel> & co')) },
    })
    const texts: string[] = []
    const post: Post = async (_url, { body = '' }) => {
      texts.push((JSON.parse(body) as { text: string }).text)
      return { ok: true, status: 200 }
    }
    watch(a, 'a', [{ on: 'failed', to: { slack: 'https://hooks.slack.com/x' } } as AlertRule], { fetch: post })
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
    const b = await fleet.boot('b', hanging)
    const rule = { on: ['missed', 'lost', 'leaderless'] } as const
    watch(b, 'b', [rule])
    await fleet.clock.advance(5 * MINUTE)
    expect(kinds()).toEqual([])
    await fleet.clock.advance(10 * MINUTE)
    fleet.cutOff(b)
    await fleet.clock.advance(10 * MINUTE)
    const c = await fleet.boot('c', hanging)
    watch(c, 'c', [rule])
    await fleet.clock.advance(5 * MINUTE)
    expect(kinds().toSorted()).toEqual(['leaderless null', 'lost slow', 'missed often'])
    expect(told.find(({ kind }) => kind === 'missed')?.count).toBeGreaterThan(5)
  })

  it('tell of a due tick that nobody claims, and of a run that goes on for too long', async () => {
    const gone = await fleet.bootLeader({ elsewhere: { schedule: '*/2 * * * *', action: () => 'fine' } })
    await during(fleet.clock, gone.scheduler.stop())
    const b = await fleet.boot('b', {
      slow: { schedule: '* * * * *', timeout: 0, action: () => new Promise(() => undefined) },
      fine: { schedule: '* * * * *', action: () => 'fine' },
    })
    watch(b, 'b', [{ on: ['late', 'stalled'], stalledAfter: 5 * MINUTE }])
    await fleet.clock.advance(3 * MINUTE)
    expect(kinds()).toEqual([])
    await fleet.clock.advance(12 * MINUTE)
    expect(told.map(({ message }) => message.replace(/\d+/, 'n'))).toEqual([
      "job 'elsewhere' was due n minutes ago, and nobody has claimed it",
      "job 'slow' has run for n minutes on b",
    ])
  })

  it('cost nothing but a look at the page of the jobs while nothing happens', async () => {
    const a = await fleet.bootLeader({ fine: { schedule: '0 0 1 1 *', action: () => 'fine' } })
    const gets: string[] = []
    const store = {
      ...fleet.store,
      get: (key: string, options?: object) => {
        gets.push(key)
        return fleet.store.get(key, options)
      },
    }
    watch(a, 'a', rules, { store })
    await fleet.clock.advance(5 * MINUTE)
    gets.length = 0
    await fleet.clock.advance(10 * MINUTE)
    expect(new Set(gets)).toEqual(new Set(['jobs/pages/root.json']))
    expect(gets).toHaveLength(20)
  })

  it('refuse rules that make no sense, and two of one name', async () => {
    const a = await fleet.boot('a', jobs)
    const start = (...alerts: unknown[]) => startAlerts(a.scheduler, { store: 'memory://x', alerts } as never)
    const to = (): void => undefined
    expect(() => start({ on: 'faild', to })).toThrow(/alerts\[0\].*expected on to be one or several of failed/)
    expect(() => start({ on: 'failed', to: { webhook: 'example.org' } })).toThrow(/expected to to be one or several of/)
    expect(() => start({ on: 'failed', to }, { on: 'failed', to })).toThrow(/to have different names/)
  })
})

it('two leaders at a time tell one alert, once', async () => {
  await fleet.bootLeader(jobs)
  await fleet.clock.advance(2 * MINUTE)
  const operator = createOperator(fleet.store, { prefix: '', clock: fleet.clock })
  const input = { jobs: (await operator.jobs()).jobs, leader: undefined, now: fleet.clock.now() }
  const rules = resolveRules([{ on: 'failed', to: (alert) => void told.push({ ...alert, by: '' }) }])
  const books = [1, 2, 3].map((seed) => {
    const { clock, store } = fleet
    const post: Post = () => Promise.reject(new Error('nothing to post'))
    return new AlertBook({ store, clock, logger: silentLogger, post, random: createSeededRandom(seed) }, rules)
  })
  const { signal } = new AbortController()
  await Promise.all(books.map((book) => book.look(input, signal)))
  expect(kinds()).toEqual(['failed flaky'])
  expect(await waiting()).toEqual([])
})

describe('check-ins', () => {
  it('tell a monitor of the start and the end of each run, in this order, and try again', async () => {
    const pings: string[] = []
    let refusals = 1
    const post: Post = async (url) => {
      if (refusals-- > 0) return { ok: false, status: 503 }
      pings.push(url.replace(/(?<==)[\w-]{22,36}/, 'ID'))
      return { ok: true, status: 200 }
    }
    const a = await fleet.bootLeader({
      flaky: { schedule: '1 * * * *', action: () => Promise.reject(new Error('no')) },
      fine: { schedule: '2 * * * *', action: () => 'fine' },
      sentry: { schedule: '3 * * * *', action: () => 'fine' },
      own: { schedule: '4 * * * *', action: () => 'fine' },
      unwatched: { schedule: '5 * * * *', action: () => 'fine' },
    })
    const checkIns: Record<string, CheckIn> = {
      flaky: 'https://hc-ping.com/uuid',
      fine: 'https://cronitor.link/p/key/fine',
      sentry: 'https://o1.ingest.sentry.io/api/7/cron/nightly/key/',
      own: (phase, { jobName }) => `https://own.example/${jobName}/${phase}`,
    }
    watch(a, 'a', [], { checkIns, fetch: post })
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
