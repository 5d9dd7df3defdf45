import type { Executor, RunOutcome } from '@s3sched/executor'
import { toDate } from '@s3sched/kernel'
import { effectiveSpec, type JobContext, type OwnFields } from '@s3sched/jobs'
import { JobPolicies } from './job-policies.ts'
import { ClaimedRunPolicy, type RunPolicyDeps } from './run-policy.ts'
import type { DueRunStart, RunStart } from './run-start.ts'
import type { RunTenure } from './run-tenure.ts'

export interface RunAttemptsDeps extends RunPolicyDeps {
  readonly executor: Executor
  readonly database: () => unknown
}

/** Executes the attempts of a run in the executor, with the context for the action. */
export class RunAttempts {
  readonly #deps: RunAttemptsDeps
  readonly #policies = new JobPolicies()

  constructor(deps: RunAttemptsDeps) {
    this.#deps = deps
  }

  /** What the executor must know of the run alone. @param hasWaited - for its instant, or behind a run claimed before */
  policyOf(start: DueRunStart, tenure: RunTenure, hasWaited: boolean): ClaimedRunPolicy {
    return new ClaimedRunPolicy(this.#deps, start, tenure, hasWaited)
  }

  /** @param own - of {@link policyOf} */
  run(start: DueRunStart, tenure: RunTenure, own: ClaimedRunPolicy): Promise<RunOutcome> {
    const { job, record, run } = start
    const fields = ownFields(start)
    const facts = this.#facts(start)
    const task = {
      key: job.name,
      runId: run.runId,
      action: (context: unknown) => tenure.call(() => job.action(context as JobContext, fields)),
      // The action gets the output of a schema instead of the fields themselves.
      fields: job.hasSchema ? facts : { ...fields, ...facts },
    }
    return this.#deps.executor.runChecked(task, this.#policies.of(job, effectiveSpec(record)), own)
  }

  #facts({ job, record, run }: RunStart): OwnFields {
    const database = this.#deps.database()
    const { timeout } = effectiveSpec(record)
    return {
      jobName: job.name,
      executionId: run.runId,
      idempotencyKey: run.makesUpFor ?? run.runId,
      timeoutMs: timeout > 0 ? timeout : undefined,
      scheduledTime: toDate(run.tick),
      epoch: run.epoch ?? undefined,
      lastRun: record.lastRun,
      ...(run.predecessors === undefined ? undefined : { predecessors: run.predecessors }),
      ...(database === undefined ? undefined : { database }),
      logger: this.#deps.env.logger,
    }
  }
}

function ownFields({ fields, job, run }: RunStart): OwnFields {
  return fields === undefined && (run.fields ?? undefined) === undefined
    ? job.fields
    : { ...job.fields, ...run.fields, ...fields }
}
