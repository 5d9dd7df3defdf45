import type { LogEntry } from '@s3sched/history'
import { html, type Html } from '../html/html.ts'
import { instant } from '../html/instant.ts'

/** The log of a run; nothing for an empty log. */
export function logPanel(log: readonly LogEntry[]): Html | null {
  if (log.length === 0) return null
  const lines = log.map(
    ({ at, attempt, fields, message }) =>
      html`<li>
        ${instant(at)} <span class="attempt">attempt ${attempt}</span>
        <span class="text">${message}</span>${fields !== undefined && html` <code>${JSON.stringify(fields)}</code>`}
      </li>`,
  )
  return html`<section aria-labelledby="log" class="panel">
    <h2 id="log">Log</h2>
    <ol class="log" tabindex="0" aria-label="Log">
      ${lines}
    </ol>
  </section>`
}
