/**
 * Requests from those who can't run or cancel something themselves: `triggers/<job>.<id>.json`.
 *
 * A request to run becomes a run whose id is the request's and whose scheduled time is the request's moment, so that
 * whoever finds the request again after a crash also finds what became of it, and starts nothing twice. A request to
 * cancel is obeyed by the instance that has the run in hand.
 */
import { listAll, readDocument, writeDocument, type ObjectStore } from '@s3sched/store'
import type { Clock, Logger, Random } from '@s3sched/kernel'
import { SchedulerError } from '../scheduler-error.ts'

export interface RunRequest {
  readonly key: string
  readonly id: string
  readonly jobName: string
  readonly kind: 'run' | 'cancel'
  /** Epoch ms. */
  readonly requestedAt: number
  /** More fields for the action's context. */
  readonly fields: Readonly<Record<string, unknown>>
}

const PREFIX = 'triggers/'
const KEY = /^triggers\/(?<jobName>[A-Za-z0-9_.-]{1,128})\.(?<id>[A-Za-z0-9_-]{1,128})\.json$/

export interface RunRequestsDeps {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

export class RunRequests {
  readonly #deps: RunRequestsDeps

  constructor(deps: RunRequestsDeps) {
    this.#deps = deps
  }

  /**
   * Leaves a request for the leader: 1 PUT.
   * @returns its id, which a run of it will have as its run id
   * @throws SchedulerError `STORE` when it could not be found out whether the request reached the bucket
   */
  async place(jobName: string, kind: RunRequest['kind'], fields: RunRequest['fields'] = {}): Promise<string> {
    const { clock, random, store } = this.#deps
    const id = random.id()
    const body = { kind, requestedAt: clock.now(), fields }
    const key = `${PREFIX}${jobName}.${id}.json`
    const put = await writeDocument(store, key, body, random.id(), { condition: { ifAbsent: true } })
    if (put.outcome === 'written') return id
    throw new SchedulerError(`it is not known whether the request to ${kind} job '${jobName}' reached the bucket`, {
      code: 'STORE',
      retriable: true,
      suggestion: `Look whether ${key} is there, or was obeyed, before asking again`,
      context: { jobName, id },
      cause: put.outcome === 'unknown' ? put.cause : undefined,
    })
  }

  /** Every request that waits: 1 LIST, and 1 GET each. */
  async pending(signal: AbortSignal): Promise<RunRequest[]> {
    const { logger, store } = this.#deps
    const requests: RunRequest[] = []
    for (const { key } of await listAll(store, PREFIX, { signal })) {
      const { jobName, id } = KEY.exec(key)?.groups ?? {}
      const read = await readDocument(store, key, { signal })
      if (read.outcome !== 'found' || jobName === undefined || id === undefined) {
        if (read.outcome !== 'missing')
          logger.warn(`'${key}' is not a request to run or cancel a job; it is left alone`)
        continue
      }
      const { kind, requestedAt, fields } = read.fields
      if ((kind !== 'run' && kind !== 'cancel') || !isTime(requestedAt)) {
        logger.warn(`'${key}' is not a request to run or cancel a job; it is left alone`)
        continue
      }
      const given =
        typeof fields === 'object' && fields !== null && !Array.isArray(fields) ? (fields as RunRequest['fields']) : {}
      requests.push({ key, id, jobName, kind, requestedAt, fields: given })
    }
    return requests
  }

  /** Obeys each request to cancel that finds a run in this process: what {@link pending} takes. */
  async obeyCancels(cancelHere: (jobName: string) => boolean, signal: AbortSignal): Promise<void> {
    for (const request of await this.pending(signal)) {
      if (request.kind === 'cancel' && cancelHere(request.jobName)) await this.done(request)
    }
  }

  async done(request: RunRequest): Promise<void> {
    await this.#deps.store.delete(request.key)
  }
}

/** The moment of a request becomes the time of its run, which must have a place in the history. */
function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= 9_999_999_999_999
}
