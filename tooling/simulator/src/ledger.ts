import { gunzipSync } from 'node:zlib'
import type { Clock } from '@s3sched/kernel'
import { decodeDocument, type Fields, type ObjectStore } from '@s3sched/store'
import { headerOf } from './page-lines.ts'
import { PageState, type JobWrite, type OutcomeWrite } from './page-state.ts'

export type { JobWrite } from './page-state.ts'

/** A change of the bucket, noted at the bucket. */
export interface Change {
  /** Real time, ms since the beginning. */
  readonly at: number
  /** The process that made the change. */
  readonly client: string
  readonly key: string
  readonly kind: 'put' | 'delete'
  /** The written document, without the records and entries of a page; `undefined` for a deletion, and for no document. */
  readonly fields: Fields | undefined
  /** The job records that are others after the change than before. */
  readonly jobs: readonly JobWrite[]
  /** The outcomes that the change brought into the pages. */
  readonly outcomes: readonly OutcomeWrite[]
  /** Broken rules of pages and segments. */
  readonly problems: readonly string[]
}

/** The client name for changes past every scheduler. */
export const BY_HAND = 'by hand'

/** All changes of a bucket, in the bucket's order: the evidence for the checkers. */
export class Ledger {
  readonly changes: Change[] = []
  readonly #clock: Clock
  readonly #inner: ObjectStore
  readonly #onChange: (change: Change) => void
  readonly #pages = new PageState()
  /** The ids of outcomes in segments, those deleted since included. */
  readonly #inSegments = new Set<string>()

  readonly #retentionMs: number

  /** @param retentionMs - the option `historyRetention` of the schedulers; the default is that of the option */
  constructor(
    inner: ObjectStore,
    clock: Clock,
    onChange: (change: Change) => void = () => {},
    retentionMs: number = MONTH_MS,
  ) {
    this.#inner = inner
    this.#clock = clock
    this.#onChange = onChange
    this.#retentionMs = retentionMs
  }

  /** The objects with job records. */
  get pages(): readonly string[] {
    return this.#pages.keys
  }

  /** The bucket for a client: each change is noted under the client's name. */
  as(client: string): ObjectStore {
    const inner = this.#inner
    return {
      ...inner,
      put: async (key, body, options) => {
        const put = await inner.put(key, body, options)
        if (put.outcome === 'written') this.#note(client, key, body)
        return put
      },
      delete: async (keys, options) => {
        await inner.delete(keys, options)
        for (const key of typeof keys === 'string' ? [keys] : keys) this.#note(client, key, undefined)
      },
    }
  }

  /** @param body - `undefined` for a deletion */
  #note(client: string, key: string, body: Uint8Array | undefined): void {
    if (body !== undefined && key.startsWith('segments/')) {
      for (const id of outcomesIn(body)) this.#inSegments.add(id)
    }
    const page =
      body !== undefined && key.startsWith('jobs/pages/')
        ? Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString()
        : undefined
    const { doubled, dropped, jobs, outcomes } = this.#pages.put(key, page)
    const lost = client === BY_HAND ? [] : dropped.filter((outcome) => !this.#mayGo(outcome))
    const change: Change = {
      at: this.#clock.monotonic(),
      client,
      key,
      kind: body === undefined ? 'delete' : 'put',
      fields: page === undefined ? fieldsOf(body) : headerOf(page),
      jobs,
      outcomes,
      problems: [
        ...doubled.map((job) => `page: ${job} has a record in two pages`),
        ...lost.map(({ id }) => `history: the outcome ${id} left its page before it was in a segment`),
      ],
    }
    this.changes.push(change)
    this.#onChange(change)
  }

  /** An outcome leaves its page after it was written into a segment, or when it is too old to be kept. */
  #mayGo({ id, run }: OutcomeWrite): boolean {
    if (this.#isInSegment(id)) return true
    const { endedAt, scheduledTime, status } = run as Record<'endedAt' | 'scheduledTime', number> & { status: string }
    const keptMs = FINE.includes(status) ? this.#retentionMs : 3 * this.#retentionMs
    return this.#clock.now() - Math.max(endedAt, scheduledTime) >= keptMs - CLOCK_MS
  }

  /** A verdict need not go into a segment together with the real end of its run. */
  #isInSegment(id: string): boolean {
    if (this.#inSegments.has(id)) return true
    const run = /^(.+)\.lost$/.exec(id)?.[1]
    return run !== undefined && ENDS.some((status) => this.#inSegments.has(`${run}.${status}`))
  }
}

const MONTH_MS = 30 * 86_400_000
/** The instances know the store's clock as exactly, ms. */
const CLOCK_MS = 2000
/** Other outcomes are kept three times as long. */
const FINE = ['success', 'skipped', 'missed']
const ENDS = ['success', 'failed', 'timeout', 'cancelled', 'skipped']

function outcomesIn(segment: Uint8Array): string[] {
  const lines = gunzipSync(segment).toString('utf8').split('\n')
  return lines.flatMap((line) => {
    if (line === '') return []
    const { job, runId, status } = JSON.parse(line) as Record<string, unknown>
    return [`${String(job)}/${String(runId)}.${String(status)}`]
  })
}

function fieldsOf(body: Uint8Array | undefined): Fields | undefined {
  if (body === undefined) return undefined
  const decoded = decodeDocument(body)
  return decoded.outcome === 'found' ? decoded.fields : undefined
}
