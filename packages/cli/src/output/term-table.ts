import type { LeaderView, Term } from '@s3sched/operator'
import type { Invocation } from '../invocation.ts'
import type { Column } from './table.ts'
import { formatDuration } from './times.ts'

/** The most terms in the table; `--json` has all terms of the lease. */
const SHOWN = 4

export interface Line {
  readonly term: Term
  /** The next term; `undefined` for the newest. */
  readonly later: Term | undefined
}

/** The last terms with their leaders and ends; `undefined` without an earlier leader. */
export function termTable(invocation: Invocation, leader: LeaderView): string | undefined {
  const terms = leader.state === 'held' || leader.state === 'free' ? leader.terms : []
  if (terms.length < 2) return undefined
  const lines = terms.slice(0, SHOWN).map((term, index): Line => ({ term, later: terms[index - 1] }))
  return invocation.table(lines, columns(invocation)).trimEnd()
}

function columns(invocation: Invocation): Column<Line>[] {
  const { styles } = invocation
  return [
    { title: 'EPOCH', text: ({ term }) => String(term.epoch), align: 'right' },
    { title: 'LEADER', text: ({ term }) => term.workerId, style: styles.bold, isName: true },
    { title: 'SINCE', text: ({ term }) => (term.since === null ? '-' : invocation.at(term.since)), leaves: 0 },
    { title: 'LED FOR', text: (line) => ledFor(line, invocation.now()), align: 'right', leaves: 1 },
    {
      title: 'ENDED',
      text: endText,
      style: (text, { term }) => (term.end === 'silent' ? styles.bad(text) : text),
      shrinks: true,
    },
  ]
}

function ledFor({ later, term: { end, since, until } }: Line, now: number): string {
  const to = until ?? (later === undefined && end === null ? now : null)
  return since === null || to === null ? '-' : formatDuration(Math.max(0, to - since))
}

/** The end of a term, and what the lease tells of the time until the next term. */
export function endText({ later, term: { end, epoch, since, until } }: Line): string {
  if (end === null) return later === undefined ? 'leads' : 'not known'
  const how = end === 'silent' ? 'fell silent' : 'stopped'
  if (since === null) return `${how} before its first renewal`
  const [first, last] = [epoch + 1, (later?.epoch ?? 0) - 1]
  if (first <= last) return `${how}; ${first === last ? first : `${first}-${last}`} gone before a first renewal`
  const gapMs = later?.since == null || until === null ? 0 : later.since - until
  if (gapMs < 1000) return how
  // A silent leader may have led for long after its last renewal.
  return end === 'silent'
    ? `${how}, last renewed ${formatDuration(gapMs)} before the next`
    : `${how}, nobody led for ${formatDuration(gapMs)}`
}
