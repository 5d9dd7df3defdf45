import { S3SchedError } from '@s3sched/kernel'
import type { Command } from '../command.ts'
import { findRun, type FoundRun } from '../find-run.ts'
import { parseContext, REQUEST_OPTIONS, requestRun, type RequestOptions } from '../request-run.ts'
import { subjectOf } from '../subject.ts'
import { JOB_OPTION } from './show.ts'

interface RerunOptions extends RequestOptions {
  readonly context?: string
  readonly job?: string
}

/** Asks the leader for a run like an earlier one. */
export const rerunCommand: Command<RerunOptions> = {
  name: 'rerun',
  summary: "ask the leader for a run like an earlier one, with that run's context",
  details:
    "RUN is the id of a run, or the name of a job: then that job's newest run. The new run has an id of its own, and the\n" +
    'moment of the request as its scheduled time.',
  subject: { label: 'RUN', required: true },
  usesStore: true,
  options: [
    { flags: '--context <json>', description: "the context's fields, as a JSON object, instead of the run's own" },
    JOB_OPTION,
    ...REQUEST_OPTIONS,
  ],
  async run(invocation, options) {
    const given = parseContext(options.context)
    const found = await findRun(invocation, subjectOf(invocation), options.job)
    return requestRun(invocation, found.job, given ?? contextOf(found), options)
  },
}

function contextOf(found: FoundRun): Readonly<Record<string, unknown>> {
  const context = found.state === 'requested' ? found.request.fields : found.run.context
  if (context !== null) return context ?? {}
  throw new S3SchedError('the context of the run was no plain JSON of at most 64 KiB, so it was not kept', {
    code: 'CONTEXT_NOT_KEPT',
    suggestion: 'Give the fields of the new run by --context',
  })
}
