import type { Executor, RunOutcome } from '@s3sched/executor'
import { toDate } from '@s3sched/kernel'
import { effectiveSpec, type JobContext, type OwnFields } from '@s3sched/jobs'
import type { EngineEnv } from '../engine-env.ts'
import { type NextWait, runPolicy, type RunPolicyDeps } from './run-policy.ts'
import type { DueRunStart, RunStart } from './run-start.ts'
import type { RunTenure } from './run-tenure.ts'

type Env = Pick<EngineEnv, 'clock' | 'serverClock' | 'logger' | 'events'>

export interface RunAttemptsDeps extends Omit<RunPolicyDeps, keyof Env> {
  readonly executor: Executor
  readonly database: () => unknown
}

/** Executes the attempts of a run in the executor, with the context for the action. */
export class RunAttempts {
  readonly #deps: RunAttemptsDeps & Env

  constructor({ clock, events, logger, serverClock }: Env, deps: RunAttemptsDeps) {
    this.#deps = { ...deps, clock, events, logger, serverClock }
  }

  /**
   * @param start - with the authority of the tenure
   * @param wait - says at each moment how long the next attempt is to be put off
   */
  async run(start: DueRunStart, tenure: RunTenure, wait: NextWait): Promise<RunOutcome> {
    const { job, run } = start
    const own = this.#own(start)
    const facts = this.#facts(start)
    const task = {
      key: job.name,
      runId: run.runId,
      action: (context: unknown) => tenure.call(() => job.action(context as JobContext, own)),
      // The action gets the output of a schema instead of the fields themselves.
      fields: job.hasSchema ? facts : { ...own, ...facts },
    }
    const policy = runPolicy(this.#deps, start, tenure.ending, { lease: tenure.lease, wait })
    const outcome = await this.#deps.executor.run(task, policy)
    // The action of the last attempt was not called, so the attempt does not count: other processes may be executing it
    // already.
    return tenure.hasBegun ? outcome : { ...outcome, attempts: outcome.attempts.slice(0, -1) }
  }

  #own({ fields, job, run }: RunStart): OwnFields {
    return { ...job.fields, ...run.fields, ...fields }
  }

  #facts({ job, record, run }: RunStart): OwnFields {
    const database = this.#deps.database()
    const { timeout } = effectiveSpec(record)
    return {
      jobName: job.name,
      idempotencyKey: run.makesUpFor ?? run.runId,
      timeoutMs: timeout > 0 ? timeout : undefined,
      scheduledTime: toDate(run.tick),
      epoch: run.epoch ?? undefined,
      lastRun: record.lastRun,
      ...(run.predecessors === undefined ? {} : { predecessors: run.predecessors }),
      ...(database === undefined ? {} : { database }),
      logger: this.#deps.logger,
    }
  }
}
