import type { Command } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { plainText } from '../output/plain-text.ts'
import { subjectOf } from '../subject.ts'

/** Tells the runs of a job to end. */
export const cancelCommand: Command<{ readonly dryRun?: boolean }> = {
  name: 'cancel',
  summary: 'tell what runs of a job to end',
  details: 'An action that ignores its signal goes on. Ends with 1 when nothing runs.',
  subject: { label: 'NAME', required: true },
  usesStore: true,
  options: [{ flags: '--dry-run', description: 'say what would be done, and do nothing' }],
  async run(invocation, { dryRun = false }) {
    const name = subjectOf(invocation)
    const operator = invocation.operator()
    const job = await invocation.wait('Reading the job', operator.job(name, invocation.io.signal))
    const runs = job.running.map(({ runId }) => runId)
    const plan =
      runs.length === 0
        ? `Nothing of job '${name}' runs in ${operator.description}. Nothing was written.`
        : `Tells ${runs.join(', ')} of job '${name}' in ${operator.description} to end.`
    if (!invocation.json) await invocation.print(plainText(plan))
    const cancels = runs.length > 0 && !dryRun
    const requestId = cancels ? await invocation.wait('Writing', operator.requestCancel(name)) : null
    const outcome = runs.length === 0 ? 'nothing-runs' : dryRun ? 'planned' : 'requested'
    if (invocation.json) {
      await invocation.printJson({ store: operator.description, job: name, outcome, runs, requestId })
    } else if (cancels) {
      await invocation.print('Requested. Whoever runs it obeys within 15 s, a follower within its heartbeat.')
    }
    return runs.length === 0 ? EXIT.finding : EXIT.ok
  },
}
