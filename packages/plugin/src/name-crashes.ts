import { currentRun } from './job/current-run.ts'

/**
 * Names the job when the process ends by what its action left behind: a promise that nobody awaits, a timer that throws. Node
 * knows no more than a stack, and its end is left as it is.
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

/** How many schedulers watch: one listener serves all. */
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
