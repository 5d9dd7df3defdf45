import { setTimeout as sleep } from 'node:timers/promises'
import { silentLogger } from '@s3sched/kernel'
import { SchedulerPlugin } from '@s3sched/plugin'
import { Cron } from 'croner'
import { schedule } from 'node-cron'
import { givenArgs, tell } from '../process/inside.ts'

/** Who schedules, and what. */
export interface Contest {
  readonly scheduler: 'croner' | 'node-cron' | { readonly store: string }
  readonly jobs: number
  readonly seconds: number
}

/** When the actions of one turn started. */
export interface Starts {
  readonly lagsMs: readonly number[]
  readonly missed: number
  readonly doubled: number
}

const EVERY_SECOND = '* * * * * *'
/** Left out at the beginning: modules are loaded and code is compiled then, in all of them. */
const WARM_UP_MS = 3000

const { jobs, scheduler, seconds } = givenArgs() as Contest
const started: { readonly job: number; readonly tick: number; readonly at: number }[] = []

const note = (job: number, at: number, tick: number): void => void started.push({ job, at, tick })
/** Those who don't say which tick it is mean the one that is nearest. */
const noteNearest = (job: number): void => {
  const at = Date.now()
  note(job, at, Math.round(at / 1000) * 1000)
}
const indexes = Array.from({ length: jobs }, (_, index) => index)

const stop = await begin()
const from = Math.ceil((Date.now() + WARM_UP_MS) / 1000) * 1000
const until = from + seconds * 1000
await sleep(until + 500 - Date.now())
await tell(startsOf(started.filter(({ tick }) => tick >= from && tick < until)))
await stop()
process.disconnect()

async function begin(): Promise<() => unknown> {
  if (scheduler === 'croner') {
    const crons = indexes.map((job) => new Cron(EVERY_SECOND, { timezone: 'UTC' }, () => noteNearest(job)))
    return () => crons.forEach((cron) => cron.stop())
  }
  if (scheduler === 'node-cron') {
    const tasks = indexes.map((job) => schedule(EVERY_SECOND, () => noteNearest(job), { timezone: 'UTC' }))
    return () => tasks.forEach((task) => void task.destroy())
  }
  const plugin = new SchedulerPlugin<unknown>({
    store: scheduler.store,
    skipColdStart: true,
    maxConcurrentJobs: jobs,
    logger: silentLogger,
    jobs: Object.fromEntries(
      indexes.map((job) => [
        `job-${job}`,
        {
          schedule: EVERY_SECOND,
          action: (_db: unknown, { scheduledTime }: { readonly scheduledTime: Date }) =>
            note(job, Date.now(), scheduledTime.getTime()),
        },
      ]),
    ),
  })
  await plugin.start()
  return () => plugin.stop()
}

function startsOf(starts: typeof started): Starts {
  const different = new Set(starts.map(({ job, tick }) => `${job} ${tick}`)).size
  return {
    lagsMs: starts.map(({ at, tick }) => at - tick),
    missed: jobs * seconds - different,
    doubled: starts.length - different,
  }
}
