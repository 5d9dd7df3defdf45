import { currentRun } from './current-run.ts'

/**
 * Names the job when leftovers of its action end the process: a rejected promise without a handler, or a timer that
 * throws. Node itself shows only a stack. The end of the process is left unchanged.
 */
export function nameCrashes(): () => void {
  if (watchers++ === 0) process.on('uncaughtExceptionMonitor', onCrash)
  let isOn = true
  return () => {
    if (!isOn) return
    isOn = false
    if (--watchers === 0) process.removeListener('uncaughtExceptionMonitor', onCrash)
  }
}

/** The number of watching schedulers, which share a single listener. */
let watchers = 0

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
