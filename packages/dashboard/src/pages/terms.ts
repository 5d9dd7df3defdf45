import type { LeaderView, Term } from '@s3sched/operator'
import { formatDuration } from '../html/duration.ts'
import { dataTable } from '../html/data-table.ts'
import { html, type Html } from '../html/html.ts'
import { instant } from '../html/instant.ts'
import { termStrip } from '../plot/term-strip.ts'

/** The terms in a lease, the present term first. */
export function termsOf(leader: LeaderView): readonly Term[] {
  return leader.state === 'held' || leader.state === 'free' ? leader.terms : []
}

/** The leaders over time, and the end of every term: from the lease alone. */
export function termTable(terms: readonly Term[], now: number): Html | null {
  const oldest = terms.findLast(({ since, until }) => since !== null || until !== null)
  const since = Math.min(now, oldest?.since ?? oldest?.until ?? now)
  const strip = terms.length > 1 && now > since ? termStrip(terms, { since, until: now }) : null
  const rows = terms.flatMap((term, index) => {
    const later = terms[index - 1]
    const missing = later === undefined ? null : missingRow(term.epoch, later.epoch)
    return [missing, rowOf(term, later, now)]
  })
  if (terms.length === 0) return null
  return html`${strip}
  ${dataTable({ label: 'Leaders so far', columns: [{ title: 'Epoch', cells: 'number' }, 'Instance', { title: 'Since', cells: 'roomy' }, { title: 'Led for', cells: 'number' }, 'Ended because'], rows })}`
}

function rowOf({ end, epoch, since, until, workerId }: Term, later: Term | undefined, now: number): Html {
  const led = since === null ? null : Math.max(0, (later === undefined ? (until ?? now) : (until ?? since)) - since)
  const isOver = later !== undefined || end !== null
  // Between other epochs somebody led, as the row of the missing ones says.
  const next = later?.epoch === epoch + 1 ? later.since : null
  return html`<tr>
    <td class="number">${epoch}</td>
    <th scope="row" class="name">${workerId}</th>
    <td class="roomy">${instant(since, true)}</td>
    <td class="number">${led === null || (isOver && until === null) ? '–' : formatDuration(led)}</td>
    <td>${isOver ? endOf({ end, since, until }, next) : html`<span class="mark is-active">leads</span>`}</td>
  </tr>`
}

function endOf({ end, since, until }: Pick<Term, 'end' | 'since' | 'until'>, next: number | null): Html {
  const how =
    end === 'silent'
      ? html`<span class="mark is-failed">fell silent</span>`
      : end === 'released'
        ? html`<span class="mark">stopped</span>`
        : html`<span class="none">not known</span>`
  if (end !== null && since === null) return html`${how} <span class="note">before its first renewal</span>`
  const gapMs = until === null || next === null ? 0 : next - until
  if (gapMs < 1000) return how
  const gap = formatDuration(gapMs)
  // A silent leader may have led for long after its last renewal.
  const note = end === 'silent' ? `last renewed ${gap} before the next` : `nobody led for ${gap}`
  return html`${how} <span class="note">${note}</span>`
}

/** Epochs between two terms: their leaders were gone before the first renewal. */
function missingRow(epoch: number, later: number): Html | null {
  const [first, last] = [epoch + 1, later - 1]
  if (last < first) return null
  return html`<tr>
    <td class="number">${first === last ? first : `${first}–${last}`}</td>
    <td colspan="4" class="none">gone before the first renewal</td>
  </tr>`
}
