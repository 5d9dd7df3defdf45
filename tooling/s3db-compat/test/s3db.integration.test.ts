import { beforeAll, describe, expect, inject, it } from 'vitest'
import { createBucket } from '@s3sched-tooling/minio'
import { takeShare } from '@s3sched-tooling/vitest/share-of'
import { checkTypes } from '../src/check-types.ts'
import { VERSIONS } from '../src/install-project.ts'
import { runStory } from '../src/run-story.ts'

/** npm first installs a missing s3db.js. */
const PREPARING_MS = 11 * 60_000

/** s3db.js takes the endpoint as the address, and the bucket as its path. */
async function s3dbConnection(): Promise<string> {
  const { bucket, connectionString } = await createBucket()
  const given = new URL(connectionString)
  const url = new URL(`${given.searchParams.get('endpoint')}/${bucket}/app`)
  url.username = given.username
  url.password = given.password
  return url.href
}

interface Results {
  readonly results: unknown
  readonly found: unknown
}

describe.skipIf(!inject('minio')).each(takeShare('databases', VERSIONS))('in the real s3db.js %s', (version) => {
  let connection: string
  let facts: unknown

  beforeAll(async () => {
    connection = await s3dbConnection()
    facts = await runStory(version, 'facts', connection)
  }, PREPARING_MS)

  it('the facts are those that the decision to open a client of our own rests on', () => {
    expect(facts).toEqual({
      settings: {
        bucket: expect.stringMatching(/^test-/) as string,
        keyPrefix: 'app',
        region: 'us-east-1',
        endpoint: inject('minio')?.endpoint,
        accessKeyId: inject('minio')?.accessKeyId,
        forcePathStyle: true,
        handler: 'ReckerHttpHandler',
      },
      steps: {
        used: ['name tracing', 'install true', 'start'],
        afterDisconnect: [],
        usedBeforeConnect: ['name tracing'],
        inConstructor: ['name tracing', 'install false', 'start', 'stop'],
      },
      // The second asked for b/, and got the answer to the first.
      listings: [['a/1'], ['a/1']],
      readable: 1,
    })
  })

  it.each([
    ['its own HTTP handler', ''],
    ['the plain client of the SDK', '?httpClientOptions.useReckerHandler=false'],
  ])('jobs run on its bucket, below its prefix, with its resources, and end with it (%s)', async (_client, query) => {
    expect(await runStory(version, 'schedules', connection + query)).toEqual({
      installedAs: ['scheduler'],
      doubled: 0,
      noted: true,
      listed: true,
      underWay: 'ended',
      recorded: true,
      startedAfterwards: 0,
      leaseAfterwards: 'free',
      jobs: ['s3sched/jobs/pages/root.json'],
    })
  })

  it('a signal ends the process at once, and after a stop where the scheduler is left alone with it', async () => {
    expect(await runStory(version, 'signal', connection)).toEqual({
      'left to s3db.js': { by: 0, lease: 'held' },
      'left to the scheduler': { by: 'SIGTERM', lease: 'free' },
    })
  })

  it('the Quick Start of its documents compiles without a cast', async () => {
    expect(await checkTypes(version, 'quick-start.ts')).toBe('')
  })

  it('two instances run each tick once, and one takes over from the other', async () => {
    expect(await runStory(version, 'fleet', connection)).toEqual({ ran: 2, doubled: 0, missed: 0 })
  })

  it('the calls of simple users mean the same as on a database of ours', async () => {
    const { theirs, ours } = (await runStory(version, 'moves', connection)) as Record<string, unknown>
    expect(ours).toMatchObject({ count: 3, 'get nobody': 'refused', 'connected afterwards': false })
    // Version 21 refuses these two calls: an upsert of a part of a document, and a page by its offset.
    const refused = version === '19' ? {} : { 'upsert there': 'refused', page: 'refused' }
    const unequal = version === '19' ? {} : { 'upsert there': ours, page: ours, 'get afterwards': ours }
    expect(theirs).toMatchObject(refused)
    expect({ ...(ours as object), ...unequal }).toEqual({ ...(theirs as object), ...unequal })
  })

  it('the state is beside a database in memory or in a folder', async () => {
    const [first, second] = [
      { runs: 1, notes: 1 },
      { runs: 2, notes: 2 },
    ]
    expect(await runStory(version, 'beside', connection)).toEqual({
      memory: first,
      'the same memory': second,
      'another memory': first,
      'a plugin of the constructor': first,
      file: first,
      'the same file': second,
      beside: true,
    })
  })

  it('the examples and patterns of its documents run as they stand there, on its database and on ours', async () => {
    const { theirs, ours } = (await runStory(version, 'documents', connection)) as Record<string, Results>
    expect(ours?.results).toMatchObject({
      cleanup_expired_data: { sessions: 1, temp_files: 1, cache_entries: 1 },
      optimize_database: { resources_analyzed: 16 },
      collect_metrics: { counted: 16 },
      generate_daily_reports: { sales: { total_orders: 1, total_revenue: 5 }, activity: { active_users: 1 } },
      process_monthly_billing: { processed: 1, failed: 0, total_amount: 9 },
      send_weekly_reminders: { sent: 1, failed: 0 },
      conditional_backup: { changes_backed_up: 1 },
      adaptive_cleanup: { level: expect.stringMatching(/light|moderate|aggressive/) as string },
    })
    // Its own database ignores the filters, and gives no names of resources.
    expect(theirs?.results).toMatchObject({
      cleanup_expired_data: { sessions: 2, temp_files: 2, cache_entries: 2 },
      optimize_database: expect.stringContaining('undefined') as string,
      generate_daily_reports: { sales: { total_orders: 2 } },
    })
    const found = {
      chains: {
        loaded: { loaded_records: 950 },
        missing: {
          name: 'SchedulerError',
          statusCode: 404,
          retriable: false,
          operation: 'runChain',
          metadata: { chainName: 'nightly', availableChains: ['daily_processing'] },
        },
      },
      broken: false,
      health: {
        everyJobHasALine: true,
        failures: 5,
        cleanup: true,
        reports: { runs: 1, isAhead: true, isRunning: false },
      },
    }
    expect(ours?.found).toEqual({ ...found, users: [['ada'], 'report for ada'] })
    expect(theirs?.found).toEqual({ ...found, users: [['ada', 'bob'], 'report for ada'] })
  })
})
