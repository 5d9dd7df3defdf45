import { parseSchedule } from '@s3sched/cron'
import { isJobName, messageOf } from '@s3sched/kernel'
import { commandName } from './command-name.ts'
import { type CrontabEntry, readCrontab } from './crontab-lines.ts'
import { freeName, type Imported, type ImportedJob, type Remark } from './imported.ts'

export interface CrontabOptions {
  /** The entries name a user, as in `/etc/crontab`. */
  readonly hasUsers: boolean
  /** The zone of the machine. */
  readonly zone: string
  /** The image for the commands; `undefined`: a service runs the commands. */
  readonly image: string | undefined
}

const MINUTE_MS = 60_000

/** Variables that are about cron itself, and not about the commands. */
const OF_CRON: ReadonlyMap<string, string> = new Map([
  ['MAILTO', 'nobody gets mail: alerts tell of failed jobs'],
  ['MAILFROM', 'nobody gets mail'],
  ['CONTENT_TYPE', 'nobody gets mail'],
  ['CONTENT_TRANSFER_ENCODING', 'nobody gets mail'],
])

/** Turns the entries of a crontab into jobs. */
export function importCrontab(text: string, options: CrontabOptions): Imported {
  const jobs: ImportedJob[] = []
  const remarks: Remark[] = []
  const names = new Set<string>()
  const variables = new Map<string, string>()
  let comment: { readonly line: number; readonly text: string } | undefined
  const remark = (line: number, what: string, isLoss = false): void =>
    void remarks.push({ place: `line ${line}`, text: what, isLoss })
  for (const each of readCrontab(text, options.hasUsers)) {
    if (each.kind === 'comment') comment = each
    else if (each.kind === 'unreadable') remark(each.line, `neither a variable nor an entry: ${each.text}`, true)
    else if (each.kind === 'variable') {
      const lost = OF_CRON.get(each.name)
      if (lost === undefined) variables.set(each.name, each.value)
      else if (each.value !== '') remark(each.line, `${each.name} is left out: ${lost}`)
    } else {
      const description = comment?.line === each.line - 1 ? comment.text : undefined
      const name = freeName(nameOf(each.command), names)
      try {
        jobs.push(jobOf(name, each, { ...options, description, variables, remark }))
        names.add(name)
      } catch (error) {
        remark(each.line, messageOf(error), true)
      }
    }
  }
  return { jobs, remarks }
}

interface Place extends CrontabOptions {
  readonly description: string | undefined
  readonly variables: ReadonlyMap<string, string>
  readonly remark: (line: number, text: string) => void
}

function nameOf(command: string): string {
  const name = commandName(command)
  return isJobName(name) ? name : 'job'
}

/** @throws InvalidScheduleError */
function jobOf(name: string, entry: CrontabEntry, place: Place): ImportedJob {
  const { command, line, schedule, stdin, user } = entry
  const { CRON_TZ: zone = place.zone, RANDOM_DELAY: delay, ...env } = Object.fromEntries(place.variables)
  const own = place.description === undefined || place.description === '' ? {} : { description: place.description }
  const jitter = delay === undefined || !(Number(delay) > 0) ? {} : { jitterMs: Number(delay) * MINUTE_MS }
  const isReboot = schedule.toLowerCase() === '@reboot'
  if (isReboot) place.remark(line, '@reboot runs once at the start of the fleet, and not at each start of a machine')
  const spread = spreadOf(schedule)
  if (spread !== schedule) place.remark(line, `'~' is H here: the value comes from the job's name, and stays`)
  if (!isReboot) parseSchedule(spread, { timezone: zone, hashSeed: name })
  const ticks = isReboot
    ? { schedule: null, runOnStart: true }
    : { schedule: spread, ...(zone === 'UTC' ? {} : { timezone: zone }) }
  // cron ends no command.
  const fields = { ...ticks, ...own, ...jitter, timeout: 0 }
  if (place.image === undefined) {
    const shell = env['SHELL'] ?? '/bin/sh'
    const payload = {
      command,
      ...(stdin === undefined ? {} : { stdin }),
      shell,
      ...(user === undefined ? {} : { user }),
      env,
    }
    return { name, fields, target: { kind: 'http', payload } }
  }
  if (user !== undefined)
    place.remark(line, `the user ${user} is left out: the image decides, or securityContext.runAsUser`)
  return { name, fields, target: { kind: 'kubernetesJob', template: templateOf(entry, env, place.image), options: {} } }
}

/** cronie's `a~b` is a value drawn once; `H(a-b)` is a value of the job's name. */
function spreadOf(schedule: string): string {
  const fields = schedule.split(' ')
  const most = [59, 23, 31, 12, 7]
  return fields
    .map((field, index) =>
      field.replaceAll(/(\d*)~(\d*)/g, (_, from: string, to: string) =>
        from === '' && to === ''
          ? 'H'
          : `H(${from === '' ? (index === 2 || index === 3 ? 1 : 0) : from}-${to === '' ? most[index] : to})`,
      ),
    )
    .join(' ')
}

function templateOf(
  { command, stdin }: CrontabEntry,
  { SHELL = '/bin/sh', ...env }: Readonly<Record<string, string>>,
  image: string,
): Readonly<Record<string, unknown>> {
  const script = stdin === undefined ? command : `printf %s "$CRON_STDIN" | { ${command}; }`
  const given = Object.entries({ ...env, ...(stdin === undefined ? {} : { CRON_STDIN: stdin }) })
  const container = {
    name: 'command',
    image,
    command: [SHELL, '-c', script],
    ...(given.length === 0 ? {} : { env: given.map(([name, value]) => ({ name, value })) }),
  }
  return { backoffLimit: 0, template: { spec: { restartPolicy: 'Never', containers: [container] } } }
}
