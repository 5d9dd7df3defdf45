import { createExecutor } from '@s3sched/executor'
import { createIsolation } from '@s3sched/executor/isolated'
import action from './action.mjs'
import { ACTION, type Began, type Runner } from './runner.ts'

/** The executor with one key per run, so that runs may overlap. */
export function runOurs(kind: 'in process' | 'thread' | 'process', concurrency: number): Runner {
  const executor = createExecutor({}, { maxConcurrent: concurrency })
  const isolation = createIsolation({}, { maxIdle: concurrency, maxWorkers: concurrency })
  const act = kind === 'in process' ? () => action() : isolation.action(ACTION, { in: kind })
  return {
    run: async (index) => {
      const outcome = await executor.run({ key: `run ${index}`, action: act }, { graceMs: isolation.settleMs })
      if (outcome.status !== 'success') throw new Error(`the run ended as ${outcome.status}`)
      return outcome.returned as Began
    },
    stop: async () => {
      await executor.stop()
      await isolation.stop()
    },
  }
}
