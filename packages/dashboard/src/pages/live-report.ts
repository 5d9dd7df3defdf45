import type { LiveReport } from '@s3sched/operator'
import { html, type Html } from '../html/html.ts'
import { instant } from '../html/instant.ts'
import { logPanel } from './log-panel.ts'

/** What an open run has said so far: a part of its page that is replaced each second. */
export function liveReport(report: LiveReport | undefined): Html {
  if (report === undefined) {
    return html`<p class="note">
      Its process is asked for its log and its progress. The first answer may take 15 s, or half a minute outside of a
      leader.
    </p>`
  }
  const { attempt, log, progress } = report
  return html`${progress !== undefined && progressOf(progress)}
  ${attempt > 1 && html`<p>Attempt ${attempt} is under way.</p>`}
  ${log.length === 0 ? html`<p class="note">It has logged nothing so far.</p>` : logPanel(log)}`
}

function progressOf({ at, note, value }: NonNullable<LiveReport['progress']>): Html {
  const isShare = value >= 0 && value <= 1
  const text = isShare ? `${Math.floor(value * 100)} %` : String(value)
  return html`<section aria-labelledby="progress" class="panel">
    <h2 id="progress">Progress</h2>
    <p class="progress">
      ${isShare && html`<progress value="${value}" max="1" aria-labelledby="progress"></progress>`}
      <strong>${text}</strong> ${note !== undefined && html`<span class="text">${note}</span>`}
      <span class="note">${instant(at, true)}</span>
    </p>
  </section>`
}
