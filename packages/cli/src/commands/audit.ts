import { audit, type AuditedJob } from '@s3sched/plugin'
import type { Command } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { parseInstant } from '../input/instant.ts'
import type { Invocation } from '../invocation.ts'
import { plainText } from '../output/plain-text.ts'
import type { Column } from '../output/table.ts'

interface AuditCommandOptions {
  readonly since?: string
  readonly until?: string
}

/** Recomputes the due ticks and their outcomes. */
export const auditCommand: Command<AuditCommandOptions> = {
  name: 'audit',
  summary: 'recompute which ticks were due, and what became of each',
  details:
    'It believes the bucket and no process. Ends with 1 when a tick left no trace, or started twice: a broken promise.\n' +
    'FROM says how far back it can tell, across changes of schedule, pauses and pruned records. OPEN counts what is due and not\n' +
    'settled yet: a tick of this moment, or one that waits because nobody leads or runs the job.',
  usesStore: true,
  options: [
    { flags: '--since <when>', description: 'only ticks after then (default: as far back as can be told)' },
    { flags: '--until <when>', description: 'only ticks up to then (default: now)' },
  ],
  async run(invocation, options) {
    const now = invocation.now()
    const since = parseInstant('--since', options.since, now)
    const until = parseInstant('--until', options.until, now)
    const { description, store } = invocation.operator()
    const within = { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) }
    const jobs = await invocation.wait('Recomputing every tick', audit(store, { ...within, prefix: '' }))
    const broken = jobs.filter(({ doubled, unaccounted }) => doubled + unaccounted > 0)
    if (invocation.json) await invocation.printJson({ store: description, sound: broken.length === 0, jobs })
    else await invocation.print(auditText(invocation, jobs, broken))
    return broken.length === 0 ? EXIT.ok : EXIT.finding
  },
}

function auditText(invocation: Invocation, jobs: readonly AuditedJob[], broken: readonly AuditedJob[]): string {
  if (jobs.length === 0) return 'No job has a schedule.'
  const { styles } = invocation
  const total = jobs.reduce((sum, { expected }) => sum + expected, 0)
  const unclaimed = jobs.flatMap(({ job, unclaimedSince }) =>
    unclaimedSince === null ? [] : [styles.bad(unclaimedText(job, invocation.when(unclaimedSince)))],
  )
  const open = jobs.reduce((sum, job) => sum + job.open, 0)
  const waiting = open === 0 ? '' : ` ${open} of them ${open === 1 ? 'is' : 'are'} open.`
  const verdict =
    broken.length === 0
      ? styles.good(`All ${total} ticks are accounted for, and none started twice.${waiting}`)
      : styles.bad(`${broken.length} of ${jobs.length} jobs have ticks that left no trace, or that started twice.`)
  return [invocation.table(jobs, auditColumns(invocation)), verdict, ...unclaimed].join('\n')
}

function unclaimedText(job: string, since: string): string {
  return plainText(
    `Nobody claims the ticks of job '${job}' since ${since}: they are open. ` +
      'Start an instance whose code defines it, or remove it.',
  )
}

function auditColumns(invocation: Invocation): Column<AuditedJob>[] {
  const { styles } = invocation
  const count = (title: string, of: (job: AuditedJob) => number, leaves?: number): Column<AuditedJob> => ({
    title,
    text: (job) => String(of(job)),
    align: 'right',
    ...(leaves === undefined ? { style: (text, job) => (of(job) > 0 ? styles.bad(text) : text) } : { leaves }),
  })
  return [
    { title: 'JOB', text: ({ job }) => job, style: styles.bold, shrinks: true },
    { title: 'FROM', text: ({ from }) => invocation.at(from), leaves: 1 },
    { title: 'TO', text: ({ to }) => invocation.at(to), leaves: 0 },
    count('DUE', ({ expected }) => expected, 8),
    count('RAN', ({ ran }) => ran, 7),
    count('SKIPPED', ({ skipped }) => skipped, 4),
    count('MISSED', ({ missed }) => missed, 6),
    count('LOST', ({ lost }) => lost, 5),
    count('OPEN', ({ open }) => open, 3),
    count('WITHDRAWN', ({ withdrawn }) => withdrawn, 2),
    count('NO TRACE', ({ unaccounted }) => unaccounted),
    count('TWICE', ({ doubled }) => doubled),
  ]
}
