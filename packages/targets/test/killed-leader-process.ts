import { createScheduler } from '@s3sched/plugin'
import { bullmq } from '../src/bullmq/index.ts'
import type { TargetAction, TargetContext } from '../src/index.ts'
import { pgBoss } from '../src/pg-boss/index.ts'

/** The argument of the process, as JSON. */
export interface LeaderArgs {
  readonly store: string
  readonly redis: string
  readonly postgres: string
  readonly queue: string
  /**
   * The process kills itself in its third tick, before or after the hand-over to both engines. On a busy machine several
   * ticks run at once, and the death comes in one of the next.
   */
  readonly dies: 'before' | 'after' | 'never'
}

const { dies, postgres, queue, redis, store } = JSON.parse(process.argv[2] ?? '') as LeaderArgs
const JOBS = 2
const handed = new Map<number, number>()
const never = new Promise<never>(() => undefined)

function die(): Promise<never> {
  process.kill(process.pid, 'SIGKILL')
  return never
}

/** The target, and a death at the planned moment: the record of the run is written by the scheduler afterwards. */
function dying(target: TargetAction): (context: TargetContext) => Promise<unknown> {
  return async (context) => {
    const tick = context.scheduledTime.getTime()
    if (dies === 'before' && handed.size >= 2) await die()
    const result = await target(context)
    handed.set(tick, (handed.get(tick) ?? 0) + 1)
    const isFatal = dies === 'after' && handed.size >= 3
    if (handed.get(tick) === JOBS) {
      if (isFatal) await die()
      process.send?.('handed')
    }
    return isFatal ? never : result
  }
}

const each = { schedule: '* * * * * *', overlap: 'allow', onLost: 'retry', catchUp: 'all', retries: 3 } as const
const scheduler = createScheduler({
  store,
  heartbeatInterval: 5000,
  skipColdStart: true,
  jobs: {
    emails: { ...each, action: dying(bullmq(queue, { connection: redis, wait: 'accepted' })) },
    reports: { ...each, action: dying(pgBoss(queue, { boss: postgres, wait: 'accepted' })) },
  },
})
process.on('disconnect', () => process.exit(1))
process.on('message', () => {
  void scheduler.stop().then(() => process.exit(0))
})
await scheduler.start()
