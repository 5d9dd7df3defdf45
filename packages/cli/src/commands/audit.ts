import { S3SchedError } from '@s3sched/kernel'
import { audit, type AuditedJob, type AuditProgress } from '@s3sched/operator'
import { announceRequests, countSegments, type Foreseen } from '../announce-requests.ts'
import type { Command } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { parseInstant } from '../input/instant.ts'
import type { Invocation } from '../invocation.ts'
import { LeftOut } from '../left-out.ts'
import { tellNothingFound } from '../nothing-found.ts'
import { counted } from '../output/counted.ts'
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
  subject: { label: 'NAME', required: false },
  usesStore: true,
  options: [
    { flags: '--since <when>', description: 'only ticks after then (default: as far back as can be told)' },
    { flags: '--until <when>', description: 'only ticks up to then (default: now)' },
  ],
  async run(invocation, options) {
    const now = invocation.now()
    const since = parseInstant('--since', options.since, now)
    const until = parseInstant('--until', options.until, now)
    const operator = invocation.operator()
    const { description, store } = operator
    const { subject: job } = invocation
    const { signal } = invocation.io
    const within = { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) }
    const one = job === undefined ? {} : { job }
    await announceRequests(invocation, await foresee(invocation, since))
    const jobs: AuditedJob[] = []
    const leftOut = new LeftOut(invocation)
    const tell = (isWhole: boolean): Promise<void> => {
      if (!invocation.json) return invocation.print(auditText(invocation, jobs, isWhole))
      const sound = isWhole && !jobs.some(isBroken)
      const more = { ...(isWhole ? {} : { interrupted: true }), ...leftOut.inJson }
      return invocation.printJson({ store: description, sound, jobs, ...more })
    }
    invocation.whenInterrupted(() => tell(false))
    const onJob = ({ audited }: AuditProgress): void => {
      if (audited !== undefined) jobs.push(audited)
    }
    const auditing = audit(store, { ...within, ...one, prefix: '', signal, onJob, onProblem: leftOut.add })
    const isEmpty = async (): Promise<boolean> =>
      jobs.length === 0 && (await tellNothingFound(invocation, { sound: false, jobs }))
    try {
      await invocation.wait('Recomputing every tick', auditing)
    } catch (error) {
      if (isUnknownJob(error) && (await isEmpty())) return EXIT.finding
      throw error
    }
    await leftOut.tell()
    if (await isEmpty()) return EXIT.finding
    await tell(true)
    return jobs.some(isBroken) ? EXIT.finding : EXIT.ok
  },
}

/** The segments of the time: pages of jobs and files of the archive are few. */
async function foresee(invocation: Invocation, since: number | undefined): Promise<Foreseen> {
  return { get: await countSegments(invocation, { since }), list: 4 }
}

function isUnknownJob(error: unknown): boolean {
  return error instanceof S3SchedError && error.code === 'JOB_NOT_FOUND'
}

function isBroken({ doubled, problem, unaccounted }: AuditedJob): boolean {
  return problem !== null || doubled + unaccounted > 0
}

function auditText(invocation: Invocation, jobs: readonly AuditedJob[], isWhole: boolean): string {
  const { styles } = invocation
  const lines = jobs.length === 0 ? [] : [invocation.table(jobs, auditColumns(invocation))]
  for (const { job, problem } of jobs) {
    if (problem !== null) lines.push(`${styles.bad('✗')} ${plainText(`${job}: ${problem}`)}`)
  }
  if (!isWhole) lines.push(`Interrupted: ${counted(jobs.length, 'job')} so far.`)
  else if (jobs.length === 0) lines.push('No job has a schedule.')
  else lines.push(verdictText(invocation, jobs))
  const unclaimed = jobs.filter(({ unclaimedSince }) => unclaimedSince !== null)
  if (unclaimed.length > 0) lines.push(styles.bad(plainText(unclaimedText(invocation, unclaimed))))
  return lines.join('\n')
}

/** The most jobs that are named. */
const NAMED = 5

function unclaimedText(invocation: Invocation, jobs: readonly AuditedJob[]): string {
  const since = Math.min(...jobs.map(({ unclaimedSince }) => unclaimedSince ?? Infinity))
  const names = jobs.slice(0, NAMED).map(({ job }) => `'${job}'`)
  const more = jobs.length > NAMED ? ` and ${jobs.length - NAMED} more` : ''
  const [noun, them] = jobs.length === 1 ? ['job', 'it'] : ['jobs', 'them']
  return (
    `Nobody claims the ticks of ${noun} ${names.join(', ')}${more} since ${invocation.when(since)}: they are open. ` +
    `Start an instance whose code defines ${them}, or remove ${them}.`
  )
}

function verdictText({ styles }: Invocation, jobs: readonly AuditedJob[]): string {
  const sum = (of: (job: AuditedJob) => number): number => jobs.reduce((total, job) => total + of(job), 0)
  const broken = jobs.filter(({ doubled, unaccounted }) => doubled + unaccounted > 0).length
  const share = (count: number): string => `${count} of ${jobs.length} ${jobs.length === 1 ? 'job' : 'jobs'}`
  if (broken > 0) {
    const have = broken === 1 ? 'has' : 'have'
    return styles.bad(`${share(broken)} ${have} ticks that left no trace, or that started twice.`)
  }
  const unread = jobs.filter(({ problem }) => problem !== null).length
  if (unread > 0) return styles.bad(`${share(unread)} could not be audited as a whole.`)
  const open = sum((job) => job.open)
  const told = styles.good(allText(sum(({ expected }) => expected)))
  return open === 0 ? told : `${told}\n${openText(open)}`
}

function allText(due: number): string {
  if (due === 0) return 'No tick was due.'
  if (due === 1) return 'The only tick is accounted for, and did not start twice.'
  return `All ${due} ticks are accounted for, and none started twice.`
}

function openText(open: number): string {
  const why = 'due, and without an outcome yet'
  if (open === 1) return `1 is open: ${why}, since it still runs, or waits for an instance that leads.`
  return `${open} are open: ${why}, since they still run, or wait for an instance that leads.`
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
    { title: 'JOB', text: ({ job }) => job, style: styles.bold, isName: true },
    {
      title: 'FROM',
      text: ({ from, periods }) => (periods === 0 && from === 0 ? '-' : invocation.at(from)),
      leaves: 1,
    },
    { title: 'TO', text: ({ periods, to }) => (periods === 0 && to === 0 ? '-' : invocation.at(to)), leaves: 0 },
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
