import { silentLogger } from '@s3sched/kernel'
import { SchedulerPlugin } from '@s3sched/plugin'
import { openStore, type ObjectStore } from '@s3sched/store'
import { givenArgs, tell } from '../process/inside.ts'

export interface InstanceArgs {
  readonly store: string
  readonly workerId: string
  readonly shards: number
  readonly jobs: number
  /** The instant when all jobs are due, epoch ms; without `dueAt` each job is due every second. */
  readonly dueAt?: number
  readonly concurrency: number
}

/** An instance's work so far. Instants are epoch ms. */
export interface Progress {
  /** The number of shards under the instance's lead now. */
  readonly led: number
  readonly starts: readonly { readonly job: string; readonly tick: number; readonly at: number }[]
  readonly firstClaimAt: number | null
  readonly lastRecordAt: number | null
  /** The outcomes of runs in the pages that the instance has written. */
  readonly records: number
  /** Time of the instance on a core since its first claim, in ms. */
  readonly cpuMs: number
}

/**
 * One of several instances that share the jobs. The instance reports its progress on request, and stops on the message
 * `stop`.
 */
const { concurrency, dueAt, jobs, shards, store, workerId } = givenArgs() as InstanceArgs
const starts: { job: string; tick: number; at: number }[] = []
let firstClaimAt: number | null = null
let lastRecordAt: number | null = null
const recorded = new Set<string>()
/** An outcome has a line of its own in the page, and the line begins with the id. */
const OUTCOME = /^\["([^"]+)"/gm
let cpu = process.cpuUsage()
let isRegistered = false

const scheduler = new SchedulerPlugin<unknown>({
  store: observed(openStore(store)),
  workerId,
  shards,
  heartbeatInterval: 10_000,
  coldStartObservationWindow: 5000,
  // Hot standbys would do a part of the work; only the leaders are measured here.
  standby: 'cold',
  maxConcurrentJobs: concurrency,
  logger: silentLogger,
  jobs: Object.fromEntries(
    Array.from({ length: jobs }, (_, index) => [
      `job-${index}`,
      {
        schedule: dueAt === undefined ? '* * * * * *' : new Date(dueAt),
        action: (_db: unknown, context: { readonly jobName: string; readonly scheduledTime: Date }) => {
          starts.push({ job: context.jobName, tick: context.scheduledTime.getTime(), at: Date.now() })
        },
      },
    ]),
  ),
})

process.on('message', (asked) => {
  if (asked === 'stop') void scheduler.stop({ timeout: 1000 }).then(() => process.disconnect())
  else void tell({ ...progress() })
})
await scheduler.start()
isRegistered = true
await tell('started')

function progress(): Progress {
  const { system, user } = process.cpuUsage(cpu)
  const led = scheduler.getLeaders().filter((leader) => leader?.workerId === workerId).length
  return { led, starts, firstClaimAt, lastRecordAt, records: recorded.size, cpuMs: (system + user) / 1000 }
}

function observed(inner: ObjectStore): ObjectStore {
  return {
    ...inner,
    get: (key, options) => inner.get(key, options),
    delete: (keys, options) => inner.delete(keys, options),
    list: (prefix, options) => inner.list(prefix, options),
    close: () => inner.close(),
    async put(key, body, options) {
      if (isRegistered && firstClaimAt === null && /(?:^|\/)jobs\//.test(key)) {
        firstClaimAt = Date.now()
        cpu = process.cpuUsage()
      }
      const put = await inner.put(key, body, options)
      if (!isRegistered || put.outcome !== 'written' || !/(?:^|\/)jobs\/pages\//.test(key)) return put
      const before = recorded.size
      for (const [, id = ''] of Buffer.from(body).toString().matchAll(OUTCOME)) recorded.add(id)
      if (recorded.size > before) lastRecordAt = Date.now()
      return put
    },
  }
}
