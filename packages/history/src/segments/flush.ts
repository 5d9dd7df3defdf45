/**
 * When the outcomes of a page move into segments, and into which. Both decisions are pure; `flushPage` acts.
 *
 * A flush has two writes: the segments first, then the page without the moved outcomes. The ids of the plan name exactly
 * the outcomes in the segments, so an outcome that was appended meanwhile stays in the page. After a crash in between,
 * the outcomes lie in both places, readers take each run once, and the next flush moves the outcomes again. The same
 * outcomes give the same keys, so the second try and a second flusher write the same objects.
 *
 * Segments are deleted whole, and failures are kept longer than successes. So a segment holds outcomes of one class of
 * the retention, `fine` or `failed`, and of one day (UTC; see `segment-key`), and each class moves for reasons of its own.
 *
 * Each segment costs a write now, and a read when it is archived, so a page collects outcomes for ten minutes. A page is
 * written as a whole at each commit, so its outcomes must not grow without end: a busy page does not wait so long.
 */
import { integer, resolveOptions } from '@s3sched/kernel'
import { retentionClassOf, type RetentionClass } from '../retention.ts'
import { bestRuns, compareRuns } from './best-runs.ts'
import { filterOfJobs } from './job-filter.ts'
import { runNameOf, sizeOf, type PageOutcome, type PageOutcomes } from './page-outcome.ts'
import { encodeLine, encodeSegment } from './segment-body.ts'
import { DAY_MS, dayOf, segmentKey } from './segment-key.ts'

/** The size and the age at which outcomes move from a page into a segment. */
export interface FlushOptions {
  /** Size of the outcomes of a class, as JSON in bytes, from which a flush is due. 1,024 to 1,048,576. @default 262144 */
  readonly maxBytes?: number
  /** The same once the oldest outcome is ten minutes old, at most `maxBytes`. @default 32768 */
  readonly minBytes?: number
  /** Age of the oldest outcome, by the end of the run, at which a flush is due; ms. @default one day */
  readonly maxAgeMs?: number
}

/** {@link FlushOptions} with all defaults filled in. */
export type ResolvedFlushOptions = Required<FlushOptions>

const MAX_BYTES = 1_048_576

const FLUSH_SPEC = {
  maxBytes: integer({ min: 1024, max: MAX_BYTES, default: 262_144 }),
  minBytes: integer({ min: 1, max: MAX_BYTES, default: 32_768 }),
  maxAgeMs: integer({ min: 1000, default: DAY_MS }),
}

/** @throws S3SchedError `INVALID_OPTIONS` */
export function resolveFlushOptions(options: FlushOptions = {}): ResolvedFlushOptions {
  const { maxAgeMs, maxBytes, minBytes } = resolveOptions('flush', FLUSH_SPEC, options)
  return { maxAgeMs, maxBytes, minBytes: Math.min(minBytes, maxBytes) }
}

/** The decision whether the outcomes of a page should move into a segment now. */
export type FlushDecision =
  /** `outcomes`: the outcomes that should move. */
  | { readonly flush: 'size' | 'age'; readonly outcomes: readonly PageOutcome[] }
  /** `at`: the instant from which the age will be reason enough, epoch ms; `undefined` without outcomes. */
  | { readonly flush: 'later'; readonly at: number | undefined }

/** Outcomes of this age are no longer joined by many others, ms. */
const SETTLED_MS = 600_000

/** True for an outcome that is no longer joined by many others: a page with enough of them is due. @param now - epoch ms */
export function isDueByAge({ run }: Pick<PageOutcome, 'run'>, now: number): boolean {
  return Math.abs(now - run.endedAt) >= SETTLED_MS
}

/** Outcomes in two figures. */
export interface OutcomesSize {
  /** Size as JSON. */
  readonly bytes: number
  /** The earliest end of a run, epoch ms; `Infinity` without outcomes. */
  readonly oldest: number
}

/**
 * The reason for a flush of outcomes of one class, if there is one. Without a reason for all outcomes of a page together,
 * no class has one: an owner that carries the two figures along calls `decideFlush` only with such a reason.
 * @param now - epoch ms
 */
export function flushReason(
  size: OutcomesSize,
  now: number,
  options: ResolvedFlushOptions,
): 'size' | 'age' | undefined {
  if (size.bytes >= options.maxBytes) return 'size'
  if (now < dueByAge(size, options)) return undefined
  return size.bytes >= options.minBytes ? 'size' : 'age'
}

function dueByAge({ bytes, oldest }: OutcomesSize, { maxAgeMs, minBytes }: ResolvedFlushOptions): number {
  return oldest + (bytes >= minBytes ? Math.min(SETTLED_MS, maxAgeMs) : maxAgeMs)
}

/** Decides which of a page's outcomes should move now. @param now - epoch ms */
export function decideFlush(
  outcomes: readonly PageOutcome[],
  now: number,
  options: ResolvedFlushOptions,
): FlushDecision {
  const groups = Object.values(byClass(outcomes)).map((group) => {
    const size = measure(group)
    return { group, size, reason: flushReason(size, now, options) }
  })
  const moving = groups.filter(({ reason }) => reason !== undefined)
  if (moving.length === 0) {
    const at = Math.min(...groups.map(({ size }) => dueByAge(size, options)))
    return { flush: 'later', at: outcomes.length === 0 ? undefined : at }
  }
  const flush = moving.some(({ reason }) => reason === 'size') ? 'size' : 'age'
  return { flush, outcomes: moving.flatMap(({ group }) => group) }
}

function measure(outcomes: readonly PageOutcome[]): OutcomesSize {
  let bytes = 0
  let oldest = Infinity
  for (const outcome of outcomes) {
    bytes += sizeOf(outcome)
    oldest = Math.min(oldest, outcome.run.endedAt)
  }
  return { bytes, oldest }
}

/** A verdict goes with the real end of its run, so that a page never keeps the verdict alone. */
function byClass(outcomes: readonly PageOutcome[]): Record<RetentionClass, PageOutcome[]> {
  const runs = bestRuns(outcomes.map(({ run }) => run))
  // Hardly any page has two outcomes of a run.
  const best = runs.length === outcomes.length ? undefined : new Map(runs.map((run) => [runNameOf(run), run]))
  const groups: Record<RetentionClass, PageOutcome[]> = { fine: [], failed: [] }
  for (const outcome of outcomes) {
    const { status } = best?.get(runNameOf(outcome.run)) ?? outcome.run
    groups[retentionClassOf(status)].push(outcome)
  }
  return groups
}

/** A segment to write: its key, and its compressed lines. */
export interface PlannedSegment {
  readonly key: string
  readonly body: Uint8Array
}

/** The steps of a flush, in their order. */
export interface FlushPlan {
  /** To be written before anything leaves the page. */
  readonly segments: readonly PlannedSegment[]
  /** The ids of the outcomes to take out of the page once all segments are written. */
  readonly drop: readonly string[]
}

/** The text of a larger segment would be slow to read for a few runs. */
const MAX_SEGMENT_BYTES = 393_216

/** The segments for outcomes of a page. A run with a verdict and a real end is written with its real end. */
export function planFlush({ page, outcomes }: PageOutcomes): FlushPlan {
  const groups = new Map<string, Line[]>()
  for (const line of bestLines(outcomes).toSorted((a, b) => compareRuns(a.run, b.run))) {
    const { scheduledTime, status } = line.run
    const name = `${dayOf(scheduledTime)} ${retentionClassOf(status)}`
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [line])
    else group.push(line)
  }
  const segments = [...groups.values()].flatMap(partsOf).map((lines) => segmentOf(page, lines))
  return { segments, drop: outcomes.map(({ id }) => id) }
}

type Line = Pick<PageOutcome, 'run' | 'text'>

/** Each run once, with its JSON. */
function bestLines(outcomes: readonly PageOutcome[]): readonly Line[] {
  const runs = bestRuns(outcomes.map(({ run }) => run))
  if (runs.length === outcomes.length) return outcomes
  const texts = new Map(outcomes.map(({ run, text }) => [run, text]))
  return runs.map((run) => ({ run, text: texts.get(run) ?? JSON.stringify(run) }))
}

function partsOf(lines: readonly Line[]): Line[][] {
  const parts: Line[][] = []
  let bytes = Infinity
  for (const line of lines) {
    if (bytes > MAX_SEGMENT_BYTES) {
      parts.push([])
      bytes = 0
    }
    parts.at(-1)?.push(line)
    bytes += sizeOf(line)
  }
  return parts
}

/** @param lines - at least one, the newest first */
function segmentOf(page: string, lines: readonly Line[]): PlannedSegment {
  const { body, hash } = encodeSegment(lines.map(({ text }) => encodeLine(text)))
  const [newest = 0, oldest = 0] = [lines[0]?.run.scheduledTime, lines.at(-1)?.run.scheduledTime]
  const statuses = new Set(lines.map(({ run }) => run.status))
  const jobs = filterOfJobs(new Set(lines.map(({ run }) => run.job)), hash)
  return { key: segmentKey({ page, newest, oldest, count: lines.length, statuses, jobs, hash }), body }
}
