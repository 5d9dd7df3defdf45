import type { RunRecord } from './run-record.ts'

const COLUMNS: Readonly<Record<string, (run: RunRecord) => string | number | undefined>> = {
  runId: (run) => run.runId,
  job: (run) => run.job,
  status: (run) => run.status,
  scheduledTime: (run) => isoTime(run.scheduledTime),
  startedAt: (run) => isoTime(run.startedAt),
  endedAt: (run) => isoTime(run.endedAt),
  durationMs: (run) => run.durationMs,
  attempts: (run) => run.attempts.length,
  trigger: (run) => run.trigger,
  workerId: (run) => run.workerId,
  epoch: (run) => run.epoch,
  fence: (run) => run.fence,
  queuedMs: (run) => run.queuedMs,
  lagMs: (run) => run.lagMs,
  reason: (run) => run.reason,
  error: (run) => run.error?.message,
  from: (run) => isoTime(run.from),
  to: (run) => isoTime(run.to),
  count: (run) => run.count,
}

/** The names of the columns. Lines end in CRLF, as in RFC 4180. */
export function csvHeader(): string {
  return `${Object.keys(COLUMNS).join(',')}\r\n`
}

export function csvLine(run: RunRecord): string {
  return `${Object.values(COLUMNS)
    .map((column) => cell(column(run)))
    .join(',')}\r\n`
}

const NAME = /^[A-Za-z0-9_.-]+$/

function cell(value: string | number | undefined): string {
  if (value === undefined) return ''
  if (typeof value === 'number') return String(value)
  // A spreadsheet would evaluate a text that begins like a formula, and an error's message may come from anybody. A
  // name evaluates to nothing: run ids may begin with a dash, and must stay unchanged in the file.
  const text = NAME.test(value) ? value : value.replace(/^[=+\-@\t\r]/, "'$&")
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function isoTime(ms: number | undefined): string | undefined {
  // oxlint-disable-next-line no-restricted-globals -- writes a given instant, reads no clock
  return ms === undefined ? undefined : new Date(ms).toISOString()
}
