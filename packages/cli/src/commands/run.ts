import type { Command } from '../command.ts'
import { parseContext, REQUEST_OPTIONS, requestRun, type RequestOptions } from '../request-run.ts'
import { subjectOf } from '../subject.ts'

/** Asks the leader to run a job now. */
export const runCommand: Command<RequestOptions & { readonly context?: string }> = {
  name: 'run',
  summary: 'ask the leader to run a job now',
  details: 'The run has the id that is printed. A paused job is run too.',
  subject: { label: 'NAME', required: true },
  usesStore: true,
  options: [
    { flags: '--context <json>', description: "more fields for the action's context, as a JSON object" },
    ...REQUEST_OPTIONS,
  ],
  run(invocation, options) {
    return requestRun(invocation, subjectOf(invocation), parseContext(options.context) ?? {}, options)
  },
}
