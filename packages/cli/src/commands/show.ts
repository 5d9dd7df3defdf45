import type { Command } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { findRun } from '../find-run.ts'
import { runText } from '../output/run-text.ts'
import { subjectOf } from '../subject.ts'

/** The option of the commands about one run. */
export const JOB_OPTION = { flags: '--job <name>', description: 'the job of the run: then no other job is searched' }

/** A run with all details. */
export const showCommand: Command<{ readonly job?: string }> = {
  name: 'show',
  summary: 'one run: attempts, log, error with its stack, result, context',
  details: "RUN is the id of a run, or the name of a job: then that job's newest run.",
  subject: { label: 'RUN', required: true },
  usesStore: true,
  options: [JOB_OPTION],
  async run(invocation, { job }) {
    const found = await findRun(invocation, subjectOf(invocation), job)
    const { description: store } = invocation.operator()
    if (invocation.json) await invocation.printJson({ store, ...found })
    else await invocation.print(runText(invocation, found))
    return EXIT.ok
  },
}
