import { messageOf } from '@s3sched/kernel'
import { groupText, type JobSpec, type JobView } from '@s3sched/operator'
import { formatDuration } from '../html/duration.ts'
import { html, type Html, type HtmlValue } from '../html/html.ts'
import { scheduleText } from './schedule-text.ts'

/** The definition in force, field by field; an operator's overrides are marked. */
export function specTable({ overridden, spec }: JobView): Html {
  const rows = rowsOf(spec).map(
    ([field, value]) =>
      html`<tr>
        <th scope="row">${field}</th>
        <td class="text">
          ${value}${overridden.includes(field) && html` <span class="mark is-paused">overridden</span>`}
        </td>
      </tr>`,
  )
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Definition">
    <table class="spec">
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`
}

function rowsOf(spec: JobSpec): [keyof JobSpec, HtmlValue][] {
  return [
    ['schedule', html`<span class="schedule">${scheduleText(spec)}</span>`],
    ['timezone', spec.timezone],
    ['enabled', spec.enabled ? 'yes' : 'no'],
    ['description', spec.description === '' ? '–' : spec.description],
    ['tags', spec.tags?.join(', ') ?? '–'],
    ['retries', spec.retries],
    ['backoff', jsonText(spec.backoff)],
    ['timeout', spec.timeout === 0 ? 'none' : formatDuration(spec.timeout)],
    ['deadline', spec.deadline === 0 ? 'none' : formatDuration(spec.deadline)],
    ['priority', spec.priority],
    ['group', spec.group === null ? '–' : groupText(spec)],
    ['overlap', spec.overlap],
    ['catchUp', spec.catchUp],
    ['catchUpWindowMs', formatDuration(spec.catchUpWindowMs)],
    ['jitterMs', formatDuration(spec.jitterMs)],
    ['after', spec.after.length === 0 ? '–' : spec.after.join(', ')],
    ['onLost', spec.onLost],
    ['pauseAfterFailures', spec.pauseAfterFailures ?? 'never'],
    ['runOnStart', spec.runOnStart ? 'yes' : 'no'],
  ]
}

/** Plain data as text, over several lines for more than one value. */
export function jsonText(value: unknown): string {
  if (value === undefined) return ''
  if (typeof value === 'string') return value
  try {
    return JSON.stringify(value, undefined, 2)
  } catch (error) {
    return `[unreadable: ${messageOf(error)}]`
  }
}
