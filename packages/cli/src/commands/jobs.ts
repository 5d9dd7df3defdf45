import type { Command } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { tellNothingFound } from '../nothing-found.ts'
import { jobColumns } from '../output/job-columns.ts'
import { plainText } from '../output/plain-text.ts'

/** Every job in a line. */
export const jobsCommand: Command<{ readonly all?: boolean; readonly names?: boolean }> = {
  name: 'jobs',
  summary: 'every job in a line',
  usesStore: true,
  options: [
    { flags: '-a, --all', description: 'removed jobs too, whose records are kept' },
    { flags: '--names', description: 'the names alone, one a line' },
  ],
  async run(invocation, { all, names }) {
    const operator = invocation.operator()
    const found = await invocation.wait('Reading the jobs', operator.jobs(invocation.io.signal))
    const jobs = found.jobs.filter(({ state }) => all === true || state !== 'removed')
    const { unreadable } = found
    if (names === true && !invocation.json) {
      for (const { name } of jobs) await invocation.print(plainText(name))
      return EXIT.ok
    }
    const isEmpty = found.jobs.length === 0 && unreadable.length === 0
    if (isEmpty && (await tellNothingFound(invocation, { jobs, unreadable }))) return EXIT.finding
    if (invocation.json) {
      await invocation.printJson({ store: operator.description, jobs, unreadable })
    } else if (jobs.length === 0 && unreadable.length === 0) {
      await invocation.print(
        found.jobs.length > 0
          ? 'No jobs but removed ones; see --all.'
          : 'No jobs: no instance that has started here defines one.',
      )
    } else {
      const lines = unreadable.map(
        ({ name, problem }) => `${invocation.styles.bad('✗')} ${plainText(`${name}: ${problem}`)}`,
      )
      await invocation.print([invocation.table(jobs, jobColumns(invocation, jobs)).trimEnd(), ...lines].join('\n'))
    }
    return unreadable.length > 0 ? EXIT.finding : EXIT.ok
  },
}
