import type { LogEntry, Progress, RunReport } from '@s3sched/executor'
import type { Random } from '@s3sched/kernel'
import { encodeDocument, listAll, readDocument, type ObjectStore } from '@s3sched/store'

const PREFIX = 'live/'
/** A report of a process that died is of no use to anybody after this time, in ms. */
const OLD_MS = 3_600_000

export interface LiveReportsDeps {
  readonly store: ObjectStore
  readonly random: Random
}

/** The report of an open run so far, as published by the process of the run. */
export interface LiveReport {
  readonly attempt: number
  readonly phase: RunReport['phase']
  /** Epoch ms. */
  readonly startedAt: number
  readonly progress: Progress | undefined
  readonly log: readonly LogEntry[]
}

/** The reports of open runs, in `live/<run id>.json`, while somebody looks at the run. */
export class LiveReports {
  readonly #deps: LiveReportsDeps
  /** By run, with the ETag; the reports of ended runs are forgotten. */
  readonly #known = new Map<string, { readonly etag: string; readonly report: LiveReport }>()

  constructor(deps: LiveReportsDeps) {
    this.#deps = deps
  }

  /** 1 GET, conditional after the first; `undefined` before the first report, and after the end. */
  async read(runId: string, signal?: AbortSignal): Promise<LiveReport | undefined> {
    const known = this.#known.get(runId)
    const read = await readDocument(this.#deps.store, keyOf(runId), { ifNoneMatch: known?.etag, signal })
    if (read.outcome === 'unchanged') return known?.report
    this.#known.delete(runId)
    if (read.outcome !== 'found') return undefined
    const report = reportIn(read.fields)
    if (report !== undefined) this.#known.set(runId, { etag: read.etag, report })
    return report
  }

  /** Only the process with the run writes its report: 1 PUT. */
  async write({ runId, ...report }: RunReport, signal?: AbortSignal): Promise<void> {
    const { random, store } = this.#deps
    await store.put(keyOf(runId), encodeDocument({ ...report }, random.id()), { signal })
  }

  /** 1 DELETE. */
  async delete(runId: string): Promise<void> {
    await this.#deps.store.delete(keyOf(runId))
  }

  /** Deletes the reports of processes that died: 1 LIST, and 1 DELETE each. @param now - of the store's clock, epoch ms */
  async forget(now: number, signal: AbortSignal): Promise<void> {
    for (const { key, lastModified } of await listAll(this.#deps.store, PREFIX, { signal }))
      if (lastModified !== undefined && now - lastModified > OLD_MS) await this.#deps.store.delete(key)
  }
}

function keyOf(runId: string): string {
  return `${PREFIX}${runId}.json`
}

/** `undefined` for a report that this version can't read. */
function reportIn({
  attempt,
  log,
  phase,
  progress,
  startedAt,
}: Readonly<Record<string, unknown>>): LiveReport | undefined {
  if (typeof attempt !== 'number' || typeof startedAt !== 'number' || !Array.isArray(log)) return undefined
  if (phase !== 'queued' && phase !== 'delayed' && phase !== 'running') return undefined
  return { attempt, startedAt, phase, progress: isProgress(progress) ? progress : undefined, log: log.filter(isEntry) }
}

function isProgress(value: unknown): value is Progress {
  if (typeof value !== 'object' || value === null) return false
  const { at, note, value: share } = value as Readonly<Record<string, unknown>>
  return typeof at === 'number' && typeof share === 'number' && (note === undefined || typeof note === 'string')
}

function isEntry(value: unknown): value is LogEntry {
  if (typeof value !== 'object' || value === null) return false
  const { at, attempt, message } = value as Readonly<Record<string, unknown>>
  return typeof at === 'number' && typeof attempt === 'number' && typeof message === 'string'
}
