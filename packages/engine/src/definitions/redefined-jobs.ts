/**
 * Jobs that other code defines otherwise than the code of this instance.
 *
 * The code that started last defines a job. In a rolling deploy the old instances run the new definitions for as long as
 * they are there, as they should. A second deployment on the same bucket and prefix, such as a test system, looks the same
 * at first: it differs by its duration alone. So an instance that is still there, and still differs, at two looks an hour
 * apart tells so, once, and shows the jobs in its member object. Nothing else changes: the record decides.
 */
import { isSameDefinition, type JobRecord, type JobSpec, type LocalJob } from '@s3sched/jobs'
import type { RecordCache } from '@s3sched/jobs/bucket'
import { messageOf } from '@s3sched/kernel'
import type { EngineEnv } from '../engine-env.ts'
import type { DefinedJobs } from './defined-jobs.ts'

export interface RedefinedJobsDeps {
  readonly records: Pick<RecordCache, 'look' | 'peek' | 'plainAfter'>
  readonly catalog: Pick<DefinedJobs, 'jobs'>
  /** Shows the jobs that were told to people who look at the bucket. */
  readonly show: (names: readonly string[]) => void
}

/** The pause between two looks, in ms: no rolling deploy should take longer. */
const LOOK_MS = 3_600_000
/** The most jobs compared in one turn of the event loop. */
const COMPARED_PER_TURN = 1000
/** The most jobs named in a line of the log. */
const NAMED = 5

export class RedefinedJobs {
  readonly #env: Pick<EngineEnv, 'clock' | 'events' | 'logger'>
  readonly #deps: RedefinedJobsDeps
  /** The jobs that differed at the last look. */
  #last: ReadonlySet<string> = new Set()
  /** The jobs that were told, and have differed since. */
  #told: ReadonlySet<string> = new Set()

  constructor(env: Pick<EngineEnv, 'clock' | 'events' | 'logger'>, deps: RedefinedJobsDeps) {
    this.#env = env
    this.#deps = deps
  }

  /** Looks every hour until the signal aborts: 1 conditional GET for each page with jobs of this code. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#env
    while (!signal.aborted) {
      try {
        await clock.sleep(LOOK_MS, signal)
        await this.#look(signal)
      } catch (error) {
        if (signal.aborted) return
        logger.warn(`the definitions in the bucket could not be compared with this code's: ${messageOf(error)}`, {
          error,
        })
      }
    }
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { catalog, records } = this.#deps
    await records.look(catalog.jobs.keys(), signal)
    const found = await this.#redefined(signal)
    const names = new Set(found.keys())
    const told = new Set([...names].filter((name) => this.#last.has(name)))
    const news = [...told].filter((name) => !this.#told.has(name))
    this.#last = names
    this.#told = told
    this.#deps.show([...told])
    if (news.length > 0) this.#tell(news, found)
  }

  /** @returns the fields in which each redefined job differs */
  async #redefined(signal: AbortSignal): Promise<Map<string, readonly string[]>> {
    const { catalog, records } = this.#deps
    const found = new Map<string, readonly string[]>()
    let compared = 0
    for (const job of catalog.jobs.values()) {
      const isPlain = records.plainAfter(job.name) !== undefined
      const record = isPlain ? undefined : records.peek(job.name)
      if (record !== undefined && isRedefined(record, job)) found.set(job.name, differences(record.spec, job.spec))
      if (++compared % COMPARED_PER_TURN === 0) await this.#env.clock.sleep(0, signal)
    }
    return found
  }

  #tell(names: readonly string[], found: ReadonlyMap<string, readonly string[]>): void {
    const { events, logger } = this.#env
    const shown = names.slice(0, NAMED).map((name) => `'${name}' (${found.get(name)?.join(', ')})`)
    const more = names.length > NAMED ? `, and ${names.length - NAMED} more` : ''
    logger.warn(
      `for an hour or longer, jobs have run by another definition than this code's: ${shown.join(', ')}${more}. The code ` +
        'that started last defines a job: another version of this code runs beside it, or another deployment uses the ' +
        'same bucket and prefix. `s3sched status` lists the instances; give each deployment a prefix of its own',
      { jobs: names },
    )
    for (const jobName of names) {
      events.announce('plg:scheduler:job-redefined', { jobName, fields: found.get(jobName) ?? [] })
    }
  }
}

/** True where other code has defined the job, and means something else by it. */
function isRedefined(record: JobRecord, { hash, name, spec }: LocalJob): boolean {
  return !record.removed && record.hash !== hash && !isSameDefinition(name, record.spec, spec)
}

function differences(a: JobSpec, b: JobSpec): string[] {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]) as ReadonlySet<keyof JobSpec>
  return [...names].filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]))
}
