/**
 * A fleet after a day and a half: made by real schedulers on a manual clock, so that the pages show realistic data. The
 * fleet had one deploy, one crash of the leader, and a gateway that was down for a while.
 */
import type { Logger } from '@s3sched/kernel'
import { silentLogger } from '@s3sched/kernel'
import { createSeededRandom, type ManualClock } from '@s3sched/kernel/testing'
import type { ObjectStore } from '@s3sched/store'
import { createFleet, during, HOUR, MINUTE, SECOND, type FleetJobs } from '../../../plugin/test/fleet.ts'

export interface LivedInFleet extends AsyncDisposable {
  readonly store: ObjectStore
  readonly clock: ManualClock
}

/** Saturday, 28 March 2026, shortly after noon: the clocks of Europe change in the coming night. */
export const LIVED_IN_UNTIL: number = Date.UTC(2026, 2, 28, 12, 2, 40)
const SPAN_MS = 30 * HOUR
const GATEWAY_IS_DOWN = { from: Date.UTC(2026, 2, 28, 3, 4), to: Date.UTC(2026, 2, 28, 4, 10) }

interface Talking {
  readonly signal: AbortSignal
  readonly log: (message: string, fields?: Readonly<Record<string, number>>) => void
  readonly progress: (value: number, note?: string) => void
}

function jobsOf(clock: ManualClock): FleetJobs {
  const random = createSeededRandom(11)
  /** Takes about `ms`, sometimes three times as long. */
  const work = (ms: number, { signal }: Talking): Promise<void> =>
    clock.sleep(Math.round(ms * (0.6 + random.float() * 0.7 + (random.float() < 0.06 ? 2 : 0))), signal)
  const gateway = (): void => {
    const now = clock.now()
    if (now < GATEWAY_IS_DOWN.from || now > GATEWAY_IS_DOWN.to) return
    throw Object.assign(new Error('the payment gateway answered 502'), { name: 'GatewayError', code: 'BAD_GATEWAY' })
  }
  return {
    billing: {
      schedule: '*/10 * * * *',
      description: 'Charges what is due, in batches of 200',
      retries: 2,
      backoff: [20 * SECOND, MINUTE],
      action: async (_, context) => {
        context.log('charging customers', { batch: 200 })
        await work(2400, context)
        gateway()
        return { charged: 120 + Math.floor(random.float() * 60), currency: 'EUR' }
      },
    },
    'sync-stock': {
      schedule: '*/5 * * * *',
      description: 'Reads the stock of three warehouses',
      timeout: 5 * SECOND,
      action: async (_, context) => work(1800, context),
    },
    'import-orders': {
      schedule: '*/15 * * * *',
      description: 'Takes orders over from the shop',
      action: async (_, context) => work(25 * SECOND, context),
    },
    notify: {
      schedule: null,
      after: 'import-orders',
      description: 'Writes to whoever ordered',
      action: async (_, c) => work(700, c),
    },
    'mail-digest': {
      schedule: '30 7 * * 1-5',
      timezone: 'Europe/Berlin',
      description: 'One mail a day',
      action: () => null,
    },
    report: {
      schedule: '30 2 * * *',
      timezone: 'Europe/Berlin',
      description: 'Turnover of the day',
      action: async (_, c) => work(95 * SECOND, c),
    },
    backup: {
      schedule: '0 1 * * *',
      description: 'Copies the database to another region',
      timeout: HOUR,
      action: async (_, context) => {
        context.log('copying 41 tables')
        await work(24 * MINUTE, context)
        context.log('table 38 of 41', { rows: 18_402_113 })
        throw Object.assign(new Error('no space left in the region eu-central-2'), {
          name: 'QuotaError',
          code: 'QUOTA_EXCEEDED',
        })
      },
    },
    invoices: { schedule: '0 6 1 * *', description: 'Invoices of the month', action: () => null },
    'purge-sessions': { schedule: '@hourly', action: async (_, context) => work(180, context) },
    'rebuild-index': {
      schedule: '0 */6 * * *',
      description: 'Builds the search index anew',
      timeout: 2 * HOUR,
      overlap: 'skip',
      action: async (_, context) => {
        context.log('reading 41,207 articles', { shards: 4 })
        context.progress(0.18, 'shard 1 of 4')
        await work(14 * MINUTE, context)
      },
    },
    'legacy-export': {
      schedule: '0 4 * * *',
      enabled: false,
      description: 'Until the old shop is gone',
      action: () => null,
    },
  }
}

export async function createLivedInFleet(logger: Logger = silentLogger): Promise<LivedInFleet> {
  const fleet = createFleet(LIVED_IN_UNTIL - SPAN_MS, logger)
  const { clock } = fleet
  const jobs = jobsOf(clock)
  const options = { prefix: 's3sched/', maxConcurrentJobs: 2 }
  const until = (time: number): Promise<void> => clock.advance(time - clock.now())
  const [web1, web2] = [await fleet.boot('web-1', jobs, options), await fleet.boot('web-2', jobs, options)]
  await until(Date.UTC(2026, 2, 27, 15, 20))
  // A deploy: the old instances stop in order, one after the other.
  const web3 = await fleet.boot('web-3', jobs, options)
  await during(clock, web1.scheduler.stop({ timeout: MINUTE }))
  await clock.advance(2 * MINUTE)
  const web4 = await fleet.boot('web-4', jobs, options)
  await during(clock, web2.scheduler.stop({ timeout: MINUTE }))
  await until(Date.UTC(2026, 2, 27, 22, 47, 12))
  // A crash of the leader.
  const leader = [web3, web4].find(({ scheduler }) => scheduler.isLeader())
  if (leader === undefined) throw new Error('nobody leads after the deploy')
  fleet.cutOff(leader)
  await clock.advance(6 * MINUTE)
  const web5 = await fleet.boot('web-5', jobs, options)
  await clock.advance(MINUTE)
  await web5.scheduler.disableJob('mail-digest')
  await until(LIVED_IN_UNTIL)
  return { store: withHosts(fleet.store), clock, [Symbol.asyncDispose]: () => fleet.stopAll() }
}

/** All instances run in this process; the pages should not depend on the machine, nor name the machine. */
function withHosts(store: ObjectStore): ObjectStore {
  return {
    ...store,
    description: 's3://my-bucket',
    async get(key, options) {
      const found = await store.get(key, options)
      const [, workerId] = /\/workers\/(.*)\.json$/.exec(key) ?? []
      if (workerId === undefined || found.outcome !== 'found') return found
      const member = JSON.parse(new TextDecoder().decode(found.body)) as object
      const named = JSON.stringify({ ...member, host: `${workerId}.internal`, pid: 7 })
      return { ...found, body: new TextEncoder().encode(named) }
    },
  }
}
