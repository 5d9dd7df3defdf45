import { everySchedule, parseSchedule } from '@s3sched/cron'
import { describe, isJobName, isObject, messageOf } from '@s3sched/kernel'
import { freeName, type Imported, type ImportedJob, type Remark } from './imported.ts'

type Fields = Readonly<Record<string, unknown>>

const OVERLAP: ReadonlyMap<unknown, string> = new Map([
  ['Allow', 'allow'],
  ['Forbid', 'skip'],
  ['Replace', 'cancel'],
])
/** Written by the tools of Kubernetes, and not by people. */
const OF_TOOLS = /^(?:kubectl\.kubernetes\.io|deployment\.kubernetes\.io|meta\.helm\.sh)\//

/** Turns the CronJobs among the documents of a manifest into jobs. */
export function importCronJobs(documents: readonly unknown[]): Imported {
  const jobs: ImportedJob[] = []
  const remarks: Remark[] = []
  const names = new Set<string>()
  const objects = documents.flatMap((document) => itemsOf(document))
  for (const [index, object] of objects.entries()) {
    const { kind, metadata } = asFields(object)
    const called = typeof asFields(metadata)['name'] === 'string' ? ` ${String(asFields(metadata)['name'])}` : ''
    const place = kind === 'CronJob' ? `CronJob${called}` : `document ${index + 1}`
    const remark = (text: string, isLoss = false): void => void remarks.push({ place, text, isLoss })
    if (object === null || object === undefined) continue
    if (kind !== 'CronJob') {
      remark(`left out: expected a CronJob, got ${typeof kind === 'string' ? kind + called : typeof object}`)
      continue
    }
    try {
      const job = jobOf(object as Fields, names, remark)
      names.add(job.name)
      jobs.push(job)
    } catch (error) {
      remark(messageOf(error), true)
    }
  }
  return { jobs, remarks }
}

function itemsOf(document: unknown): readonly unknown[] {
  const { items, kind } = asFields(document)
  return (kind === 'List' || kind === 'CronJobList') && Array.isArray(items)
    ? (items as readonly unknown[])
    : [document]
}

/** @throws with what is wrong in the manifest */
function jobOf(object: Fields, taken: ReadonlySet<string>, remark: (text: string) => void): ImportedJob {
  const metadata = asFields(object['metadata'])
  const spec = asFields(object['spec'])
  const given = metadata['name'] ?? metadata['generateName']
  if (typeof given !== 'string' || !isJobName(given)) throw new Error('expected metadata.name to be a name')
  const work = asFields(asFields(spec['jobTemplate'])['spec'])
  const { containers } = asFields(asFields(work['template'])['spec'])
  if (!Array.isArray(containers) || containers.length === 0)
    throw new Error('expected spec.jobTemplate.spec.template.spec.containers')
  const { namespace } = metadata
  const wanted = typeof namespace === 'string' && taken.has(given) ? `${namespace}/${given}` : given
  const name = freeName(wanted, taken)
  const { concurrencyPolicy = 'Allow' } = spec
  const overlap = OVERLAP.get(concurrencyPolicy)
  if (overlap === undefined)
    throw new Error(`expected concurrencyPolicy to be Allow, Forbid or Replace, got ${describe(concurrencyPolicy)}`)
  const deadline = spec['startingDeadlineSeconds']
  const fields = {
    ...scheduleOf(spec, remark),
    overlap,
    ...(typeof deadline === 'number' ? { catchUpWindowMs: deadline * 1000 } : {}),
    ...(spec['suspend'] === true ? { enabled: false } : {}),
    timeout: 0, // activeDeadlineSeconds of the Job is the limit
  }
  remarkOnRest(metadata, spec, remark)
  const options = typeof namespace === 'string' ? { namespace } : {}
  return { name, fields, target: { kind: 'kubernetesJob', template: work, options } }
}

/** @throws InvalidScheduleError, or an error that tells what is missing */
function scheduleOf({ schedule, timeZone }: Fields, remark: (text: string) => void): Fields {
  if (typeof schedule !== 'string') throw new Error('expected spec.schedule to be a text')
  const [, prefixed, expression = schedule] = /^(?:CRON_)?TZ=(\S+)\s+(.*)$/.exec(schedule) ?? []
  const zone = timeZone ?? prefixed
  const timezone = typeof zone === 'string' ? zone : 'UTC'
  const every = /^@every\s+(.+)$/.exec(expression)?.[1]
  if (every !== undefined) {
    everySchedule(every)
    remark('@every counts from a fixed instant here, and not from the start of the controller')
    return { schedule: { every } }
  }
  parseSchedule(expression, { timezone })
  const [, , day = '*', , weekday = '*'] = expression.trim().split(/\s+/)
  if ((isStep(day) && !isStar(weekday)) || (isStep(weekday) && !isStar(day)))
    remark(`'${expression}': Kubernetes runs on days that fit either day field; here both have to fit`)
  return { schedule: expression.trim(), ...(timezone === 'UTC' ? {} : { timezone }) }
}

function isStep(field: string): boolean {
  return field.startsWith('*/')
}

function isStar(field: string): boolean {
  return field === '*' || field === '?'
}

function remarkOnRest(metadata: Fields, spec: Fields, remark: (text: string) => void): void {
  if (spec['successfulJobsHistoryLimit'] !== undefined || spec['failedJobsHistoryLimit'] !== undefined)
    remark('the limits of the history are left out: historyRetention keeps the runs, ttlSecondsAfterFinished the Jobs')
  const places = { CronJob: metadata, jobTemplate: asFields(asFields(spec['jobTemplate'])['metadata']) }
  for (const [place, { annotations, labels }] of Object.entries(places)) {
    const lost = Object.keys({ ...asFields(labels), ...asFields(annotations) }).filter((key) => !OF_TOOLS.test(key))
    if (lost.length > 0)
      remark(`labels and annotations of the ${place} are left out, those of the pod stay: ${lost.join(', ')}`)
  }
}

function asFields(value: unknown): Fields {
  return isObject(value) ? value : {}
}
