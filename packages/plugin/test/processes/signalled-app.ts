/**
 * An application with a single job. Its arguments decide how the application ends after a signal, or by leftovers of
 * its action.
 */
import { silentLogger } from '@s3sched/kernel'
import { SchedulerPlugin } from '../../src/index.ts'

interface Args {
  readonly connection: string
  readonly handleSignals?: boolean
  /** The end of the action, or its leftovers. */
  readonly action?: 'quick' | 'until-aborted' | 'endless' | 'floats' | 'throws-later'
  /** The application stops the scheduler in its own signal handler, and exits with this code. */
  readonly ownExitCode?: number
}

const { action = 'quick', connection, handleSignals, ownExitCode } = JSON.parse(process.argv[2] ?? '') as Args

const scheduler = new SchedulerPlugin<unknown>({
  store: connection,
  logger: { ...silentLogger, error: (message: string) => console.log(`logged ${message}`) },
  ...(handleSignals === undefined ? {} : { handleSignals }),
  jobs: {
    tick: {
      schedule: '* * * * * *',
      action: async (_, { scheduledTime, signal }) => {
        console.log(`ran ${scheduledTime.getTime()}`)
        if (action === 'floats') void Promise.reject(new Error('nobody awaits this'))
        if (action === 'throws-later')
          setTimeout(() => {
            throw new Error('nobody catches this')
          }, 10)
        if (action === 'quick') return
        await new Promise<void>((resolve) => {
          if (action === 'until-aborted') signal.addEventListener('abort', () => resolve(), { once: true })
          if (action === 'floats' || action === 'throws-later') resolve()
        })
      },
    },
  },
})
if (ownExitCode !== undefined) {
  process.once('SIGTERM', () => void scheduler.stop().then(() => process.exit(ownExitCode)))
}
await scheduler.start()
console.log('ready')
