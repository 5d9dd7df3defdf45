import { setTimeout as sleep } from 'node:timers/promises'
import { currentRun, type RunContext } from '../../src/index.ts'

/** Uses all parts of the context. */
export default async function report(database: unknown, context: RunContext): Promise<unknown> {
  const { attempt, fence, log, logger, progress, runId, signal, tick } = context as RunContext & {
    readonly tick: Date
    readonly logger: { readonly info: (message: string, fields: object) => void }
  }
  log('begins', { attempt })
  progress(0.5, 'half')
  logger.info('told', { runId })
  await sleep(0)
  return { database, fence, attempt, tick, isAborted: signal.aborted, current: currentRun()?.runId, pid: process.pid }
}
