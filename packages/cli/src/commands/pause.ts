import type { Command } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import type { Invocation } from '../invocation.ts'
import { plainText } from '../output/plain-text.ts'
import { subjectOf } from '../subject.ts'

interface ChangeOptions {
  readonly dryRun?: boolean
}

const DRY_RUN = { flags: '--dry-run', description: 'say what would be done, and do nothing' }

/** Pauses a job in the whole fleet. */
export const pauseCommand: Command<ChangeOptions> = {
  name: 'pause',
  summary: 'pause a job in the whole fleet, until it is resumed',
  subject: { label: 'NAME', required: true },
  usesStore: true,
  options: [DRY_RUN],
  run: (invocation, options) =>
    change(invocation, options, {
      plan: 'No tick of it is claimed until it is resumed, also after restarts. What runs goes on',
      changed: 'Paused. The leader notices within 15 s',
      unchanged: 'It was paused already',
      apply: (name) => invocation.operator().pause(name),
    }),
}

/** Lets a paused or disabled job run again. */
export const resumeCommand: Command<ChangeOptions> = {
  name: 'resume',
  summary: 'let a paused or disabled job run again',
  subject: { label: 'NAME', required: true },
  usesStore: true,
  options: [DRY_RUN],
  run: (invocation, options) =>
    change(invocation, options, {
      plan: 'Its ticks count from now on; those of the pause are not caught up',
      changed: 'Resumed. The leader notices within 15 s',
      unchanged: 'It was neither paused nor disabled',
      apply: (name) => invocation.operator().resume(name),
    }),
}

interface Change {
  readonly plan: string
  readonly changed: string
  readonly unchanged: string
  readonly apply: (name: string) => Promise<'changed' | 'unchanged'>
}

async function change(invocation: Invocation, { dryRun = false }: ChangeOptions, to: Change): Promise<number> {
  const name = subjectOf(invocation)
  const operator = invocation.operator()
  const job = await invocation.wait('Reading the job', operator.job(name, invocation.io.signal))
  const title = invocation.command === 'pause' ? 'Pauses' : 'Resumes'
  if (!invocation.json)
    await invocation.print(plainText(`${title} job '${name}' in ${operator.description}. ${to.plan}.`))
  const outcome = dryRun ? 'planned' : await invocation.wait('Writing', to.apply(name))
  if (invocation.json) {
    await invocation.printJson({ store: operator.description, job: name, before: job.state, outcome })
  } else if (outcome !== 'planned') {
    await invocation.print(`${outcome === 'changed' ? to.changed : to.unchanged}.`)
  }
  return EXIT.ok
}
