/**
 * Requests from processes that can't run or cancel a job themselves: `triggers/<job>.<id>.json`. The key has the job's
 * name escaped, and the object has the name itself.
 *
 * A request to run becomes a run with the request's id and the request's moment as scheduled time. So an instance that
 * finds the request again also finds the run, and starts nothing twice. A request to cancel names the runs that were
 * claimed before the request: a later run is never ended by the request, whatever the clocks say. The instance with
 * such a run obeys.
 */
import { encodeDocument, listAll, readDocument, type ObjectStore, type ServerClock } from '@s3sched/store'
import { isJobName, isObject, keyPartOf, messageOf, type Logger, type Random } from '@s3sched/kernel'
import { checkFields } from '../definition/check-context.ts'
import { SchedulerError } from '../scheduler-error.ts'

/** A request to run a job, or to cancel runs, as it lies in the bucket. */
export interface RunRequest {
  readonly key: string
  readonly id: string
  readonly jobName: string
  readonly kind: 'run' | 'cancel'
  /** Epoch ms. */
  readonly requestedAt: number
  /** More fields for the action's context. */
  readonly fields: Readonly<Record<string, unknown>>
  /** The ids of the runs to end; empty for a request to run. */
  readonly runs: readonly string[]
}

const PREFIX = 'triggers/'
const KEY = /^triggers\/(?<part>[A-Za-z0-9_.=-]{1,128})\.(?<id>[A-Za-z0-9_-]{1,128})\.json$/

export interface RunRequestsDeps {
  readonly store: ObjectStore
  readonly serverClock: ServerClock
  readonly random: Random
  readonly logger: Logger
}

/** The requests in the bucket: made by any process, obeyed by the process that looks after the job. */
export class RunRequests {
  readonly #deps: RunRequestsDeps

  constructor(deps: RunRequestsDeps) {
    this.#deps = deps
  }

  /**
   * Asks for a run: 1 PUT.
   * @returns the id of the future run
   * @throws SchedulerError `INVALID_CONTEXT` for fields that JSON can't hold; `STORE` when the answer of the store leaves
   * open whether the request reached the bucket
   */
  async placeRun(jobName: string, fields: RunRequest['fields']): Promise<string> {
    checkFields(jobName, fields)
    checkJson(jobName, fields)
    return this.#place(jobName, { kind: 'run', fields, runs: [] })
  }

  /** Asks for the end of these runs: 1 PUT. @returns the request's id @throws as {@link placeRun} */
  placeCancel(jobName: string, runs: RunRequest['runs']): Promise<string> {
    return this.#place(jobName, { kind: 'cancel', fields: {}, runs })
  }

  async #place(jobName: string, request: Pick<RunRequest, 'kind' | 'fields' | 'runs'>): Promise<string> {
    const { random, serverClock, store } = this.#deps
    const { kind } = request
    const id = random.id()
    const body = { ...request, jobName, requestedAt: serverClock.sharedNow() }
    const key = `${PREFIX}${keyPartOf(jobName)}.${id}.json`
    const put = await store.put(key, encodeDocument(body, random.id()), { condition: { ifAbsent: true } })
    if (put.outcome === 'written') return id
    throw new SchedulerError(`it is not known whether the request to ${kind} job '${jobName}' reached the bucket`, {
      code: 'STORE',
      retriable: true,
      suggestion: `Look whether ${key} is there, or was obeyed, before asking again`,
      context: { jobName, id },
      cause: put.outcome === 'unknown' ? put.cause : undefined,
    })
  }

  /** Every waiting request: 1 LIST, and 1 GET each, or 2 for an unreadable one. */
  async pending(signal: AbortSignal): Promise<RunRequest[]> {
    const { logger, store } = this.#deps
    const requests: RunRequest[] = []
    for (const { key } of await listAll(store, PREFIX, { signal })) {
      const { part, id } = KEY.exec(key)?.groups ?? {}
      let read = await readDocument(store, key, { signal })
      // The body may have been cut off on its way, and the next look comes with the next change alone.
      if (read.outcome === 'unreadable') read = await readDocument(store, key, { signal })
      if (read.outcome !== 'found' || id === undefined) {
        if (read.outcome !== 'missing')
          logger.warn(`'${key}' is not a request to run or cancel a job; it is left alone`)
        continue
      }
      const { jobName, kind, requestedAt, fields, runs } = read.fields
      const isNamed = isJobName(jobName) && keyPartOf(jobName) === part
      if (!isNamed || (kind !== 'run' && kind !== 'cancel') || !isTime(requestedAt)) {
        logger.warn(`'${key}' is not a request to run or cancel a job; it is left alone`)
        continue
      }
      const given = isObject(fields) ? fields : {}
      requests.push({ key, id, jobName, kind, requestedAt, fields: given, runs: isStrings(runs) ? runs : [] })
    }
    return requests
  }

  /** Obeys each request to cancel a run in this process. Requests to the store as for {@link pending}. */
  async obeyCancels(cancelHere: CancelHere, signal: AbortSignal): Promise<void> {
    for (const request of await this.pending(signal)) {
      if (request.kind === 'cancel') await this.cancel(request, cancelHere)
    }
  }

  /** Ends the runs of the request in this process. @returns whether all named runs were in this process */
  async cancel(request: RunRequest, cancelHere: CancelHere): Promise<boolean> {
    const cancelled = cancelHere(request.jobName, request.runs)
    if (!request.runs.every((runId) => cancelled.includes(runId))) return false
    await this.done(request)
    return true
  }

  /**
   * Deletes an obeyed request. Never rejects: a request that can't be deleted is found again, and not obeyed a second
   * time.
   */
  async done({ key }: RunRequest): Promise<void> {
    try {
      await this.#deps.store.delete(key)
    } catch (error) {
      this.#deps.logger.warn(`'${key}' was obeyed and could not be deleted: ${messageOf(error)}`, { error })
    }
  }
}

function checkJson(jobName: string, fields: RunRequest['fields']): void {
  try {
    JSON.stringify(fields)
  } catch (error) {
    throw new SchedulerError(`Job '${jobName}': a request can't carry the context: ${messageOf(error)}`, {
      code: 'INVALID_CONTEXT',
      suggestion: 'Give plain JSON, since another process may run the job',
      context: { jobName },
      cause: error,
    })
  }
}

/**
 * Tells runs of a job in this process to end: the named runs, or all of them.
 * @returns the ids of these runs
 */
export type CancelHere = (jobName: string, runs?: readonly string[]) => readonly string[]

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

/** The moment of a request becomes the time of its run, so the history must have a place for the moment. */
function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= 9_999_999_999_999
}
