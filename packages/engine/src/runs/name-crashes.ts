import { currentRun } from './current-run.ts'

/**
 * Names the job when leftovers of its action end the process: a rejected promise without a handler, or a timer that
 * throws. Node itself shows only a stack. The end of the process is left unchanged.
 */
export function nameCrashes(): () => void {
  const watch = sharedWatch()
  if (watch.schedulers++ === 0) process.on('uncaughtExceptionMonitor', watch.onCrash)
  let isOn = true
  return () => {
    if (!isOn) return
    isOn = false
    if (--watch.schedulers === 0) process.removeListener('uncaughtExceptionMonitor', watch.onCrash)
  }
}

interface CrashWatch {
  /** The number of watching schedulers, which share a single listener. */
  schedulers: number
  readonly onCrash: NodeJS.UncaughtExceptionListener
}

const KEY: unique symbol = Symbol.for('s3sched.name-crashes')

/** The watch of this process, for all loaded copies of this package. */
function sharedWatch(): CrashWatch {
  const shared = globalThis as { [KEY]?: CrashWatch }
  return (shared[KEY] ??= { schedulers: 0, onCrash })
}

function onCrash(error: unknown, origin: NodeJS.UncaughtExceptionOrigin): void {
  const run = currentRun()
  if (run === undefined) return
  const { jobName, logger, runId } = run
  const what =
    origin === 'unhandledRejection' ? 'a promise that nobody awaits was rejected' : 'an exception that nobody catches'
  logger.error(
    `job '${jobName}' ends this process: ${what} (run '${runId}'). Await or catch everything that an action starts`,
    {
      error,
    },
  )
}
