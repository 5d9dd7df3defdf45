import type { AttemptRecord, RunRecord } from '@s3sched/history'
import type { SerializedError } from '@s3sched/kernel'
import type { FoundRun } from '../find-run.ts'
import type { Invocation } from '../invocation.ts'
import { factLines, type Fact } from './facts.ts'
import { logLines } from './log-lines.ts'
import { plainJson, plainLines, plainText } from './plain-text.ts'
import type { Column } from './table.ts'
import { formatDuration } from './times.ts'

/** All details of a run. */
export function runText(invocation: Invocation, found: FoundRun): string {
  const title = `${invocation.styles.bold(plainText(found.job))}  ${stateOf(invocation, found)}`
  return [title, '', ...linesOf(invocation, found)].join('\n')
}

function stateOf({ styles }: Invocation, found: FoundRun): string {
  return found.state === 'ended' ? styles.status(found.run.status, found.run.status) : styles.warn(found.state)
}

function linesOf(invocation: Invocation, found: FoundRun): string[] {
  const when = (instant: number): string => invocation.when(instant)
  switch (found.state) {
    case 'requested': {
      const { fields, id, requestedAt } = found.request
      const facts: Fact[] = [
        ['Run', id],
        ['Requested', `${when(requestedAt)}; nobody has claimed it yet`],
      ]
      return [...factLines(invocation, facts), ...contextBlock(invocation, fields)]
    }
    case 'running': {
      const { claimedAt, context, epoch, retryAfter, runId, scheduledTime, trigger, workerId } = found.run
      const facts: Fact[] = [
        ['Run', runId],
        ['Scheduled', when(scheduledTime)],
        ['Claimed', when(claimedAt)],
        ['By', `${trigger}, on ${workerId}${epoch === null ? '' : `, epoch ${epoch}`}`],
        retryAfter === null
          ? undefined
          : [
              'Attempts',
              `attempt ${retryAfter.attempt} failed (${retryAfter.error}), the next is ${invocation.distance(retryAfter.notBefore)}`,
            ],
      ]
      return [...factLines(invocation, facts), ...contextBlock(invocation, context)]
    }
    case 'ended':
      return endedLines(invocation, found.run)
  }
}

function endedLines(invocation: Invocation, run: RunRecord): string[] {
  const { attempts, endedAt, epoch, error, fence, lagMs = 0, log = [], queuedMs = 0, reason, startedAt } = run
  const when = (instant: number): string => invocation.when(instant)
  const by = [`${run.trigger}, on ${run.workerId}`]
  if (epoch !== undefined) by.push(`epoch ${epoch}`)
  if (fence !== undefined) by.push(`fence ${fence}`)
  const late = [lagMs > 0 ? `${formatDuration(lagMs)} after the scheduled time` : '']
  if (queuedMs > 0) late.push(`${formatDuration(queuedMs)} of these waiting for a slot`)
  const lateness = late.filter((part) => part !== '').join(', ')
  const facts: Fact[] = [
    ['Run', run.runId],
    ['Scheduled', when(run.scheduledTime)],
    startedAt === undefined
      ? undefined
      : ['Started', lateness === '' ? when(startedAt) : `${when(startedAt)}, ${lateness}`],
    ['Ended', startedAt === undefined ? when(endedAt) : `${when(endedAt)}, took ${formatDuration(run.durationMs)}`],
    ['By', by.join(', ')],
    run.count === undefined ? undefined : ['Ticks', ticksText(invocation, run)],
    reason === undefined ? undefined : ['Reason', reason],
    run.wasLost === true ? ['Note', 'the run was declared lost before this end was known'] : undefined,
  ]
  return [
    ...factLines(invocation, facts),
    ...(attempts.length > 1 ? ['', attemptsTable(invocation, attempts)] : []),
    ...(error === undefined ? [] : block(invocation, 'Error', errorLines(error))),
    ...(log.length === 0 ? [] : block(invocation, 'Log', logLines(invocation, log))),
    ...(run.result === undefined ? [] : block(invocation, 'Result', [plainJson(run.result, 2)])),
    ...contextBlock(invocation, run.context),
  ]
}

function ticksText(invocation: Invocation, { count, from, to }: RunRecord): string {
  const range = from === undefined || to === undefined ? '' : `, from ${invocation.at(from)} to ${invocation.at(to)}`
  return `${count}${range}`
}

function attemptsTable(invocation: Invocation, attempts: readonly AttemptRecord[]): string {
  const { styles } = invocation
  const columns: Column<AttemptRecord>[] = [
    { title: 'TRY', text: ({ attempt }) => String(attempt), align: 'right' },
    { title: 'STATUS', text: ({ status }) => status, style: (text, { status }) => styles.status(text, status) },
    { title: 'STARTED', text: ({ startedAt }) => invocation.at(startedAt) },
    { title: 'TOOK', text: ({ durationMs }) => formatDuration(durationMs), align: 'right' },
    {
      title: 'WHY',
      text: ({ abandoned, error }) =>
        [error?.message, abandoned === true ? 'went on although told to end' : undefined].filter(Boolean).join('; '),
      shrinks: true,
      keeps: 30,
    },
  ]
  return invocation.table(attempts, columns).trimEnd()
}

/** An error with its stack and its causes, down to the first cause; the record bounds the depth. */
function errorLines({ cause, code, details, errors = [], message, name, note, stack }: SerializedError): string[] {
  const title = `${name}${code === undefined ? '' : ` (${code})`}: ${message}`
  // The first lines of a stack repeat the message.
  const frames = stack === undefined ? [] : stack.split('\n').filter((line) => /^\s+at /.test(line))
  const inner = [...(cause === undefined ? [] : [cause]), ...errors]
  return [
    plainLines(title),
    ...(note === undefined ? [] : [plainLines(note)]),
    ...frames.map(plainText),
    ...(details === undefined ? [] : [plainJson(details, 2)]),
    ...inner.flatMap((each) => ['Caused by', ...errorLines(each)]),
  ]
}

function contextBlock(invocation: Invocation, context: RunRecord['context']): string[] {
  if (context === null) return block(invocation, 'Context', ['(no plain JSON of at most 64 KiB, so it was not kept)'])
  if (context === undefined || Object.keys(context).length === 0) return []
  return block(invocation, 'Context', [plainJson(context, 2)])
}

function block({ styles }: Invocation, title: string, lines: readonly string[]): string[] {
  return ['', styles.dim(title), ...lines.flatMap((line) => line.split('\n')).map((line) => `  ${line}`)]
}
