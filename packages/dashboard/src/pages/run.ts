import type { AttemptRecord, RunRecord } from '@s3sched/history'
import type { SerializedError } from '@s3sched/kernel'
import type { JobView, LiveReport, RunningView, RunRequest } from '@s3sched/operator'
import { formatDuration } from '../html/duration.ts'
import { cardTable } from '../html/data-table.ts'
import { html, type Html } from '../html/html.ts'
import { instant } from '../html/instant.ts'
import { statusMark } from '../html/status-mark.ts'
import { liveReport } from './live-report.ts'
import { logPanel } from './log-panel.ts'
import { jsonText } from './spec-table.ts'
import type { Page, PageContext } from './page.ts'

/** A run that has ended, with its whole record. */
export function runPage({ actions, links }: PageContext, run: RunRecord): Page {
  const body = html`<p class="lead">${statusMark(run.status)} <a href="${links.job(run.job)}">${run.job}</a></p>
    ${actions.has('run') && html`<p class="actions"><a class="button" href="${links.action(run.job, 'run', { run: run.runId, at: run.scheduledTime })}">Run it again…</a></p>`}
    ${run.error !== undefined && errorPanel(run.error)}
    <dl class="facts panel">
      <dt>Scheduled for</dt>
      <dd>${instant(run.scheduledTime)}</dd>
      <dt>Started</dt>
      <dd>${instant(run.startedAt)}${run.lagMs !== undefined && html`, ${formatDuration(run.lagMs)} late`}</dd>
      <dt>Ended</dt>
      <dd>${instant(run.endedAt)}</dd>
      <dt>Duration</dt>
      <dd>${formatDuration(run.durationMs)}</dd>
      ${
        run.queuedMs !== undefined &&
        html`<dt>Waited for a slot</dt>
          <dd>${formatDuration(run.queuedMs)}</dd>`
      }
      <dt>Started by</dt>
      <dd>${run.trigger}</dd>
      <dt>Instance</dt>
      <dd class="name">${run.workerId}</dd>
      ${
        run.epoch !== undefined &&
        html`<dt>Epoch</dt>
          <dd>${run.epoch}</dd>`
      }
      ${
        run.fence !== undefined &&
        html`<dt>Fence</dt>
          <dd>${run.fence}</dd>`
      }
      ${
        run.count !== undefined &&
        html`<dt>Ticks</dt>
          <dd>${run.count}, from ${instant(run.from)} to ${instant(run.to)}</dd>`
      }
      ${
        run.reason !== undefined &&
        html`<dt>Ended because</dt>
          <dd class="text">${run.reason}</dd>`
      }
      <dt>Run id</dt>
      <dd class="name">${run.runId}</dd>
    </dl>
    ${run.attempts.length > 0 && attemptsOf(run.attempts)} ${logPanel(run.log ?? [])}
    ${
      run.result !== undefined &&
      html`<section aria-labelledby="result" class="panel">
        <h2 id="result">Result</h2>
        <pre tabindex="0">${jsonText(run.result)}</pre>
      </section>`
    }
    ${contextOf(run.context)}`
  return { title: `Run of ${run.job}`, section: 'jobs', body, live: 'fixed' }
}

/** A claimed run without a record so far. @param report - what it has said, as far as published */
export function openRunPage(
  { actions, links }: PageContext,
  job: JobView,
  run: RunningView,
  report: LiveReport | undefined,
): Page {
  const body = html`<p class="lead">${statusMark('running')} <a href="${links.job(job.name)}">${job.name}</a></p>
    ${actions.has('cancel') && html`<p class="actions"><a class="button" href="${links.action(job.name, 'cancel')}">Cancel…</a></p>`}
    <dl class="facts panel">
      <dt>Scheduled for</dt>
      <dd>${instant(run.scheduledTime)}</dd>
      <dt>Claimed</dt>
      <dd>${instant(run.claimedAt, true)}</dd>
      <dt>Started by</dt>
      <dd>${run.trigger}</dd>
      <dt>Instance</dt>
      <dd class="name">${run.workerId}</dd>
      ${
        run.retryAfter !== null &&
        html`<dt>Last attempt</dt>
          <dd class="text">
            Attempt ${run.retryAfter.attempt} failed: ${run.retryAfter.error}. The next is at
            ${instant(run.retryAfter.notBefore)}.
          </dd>`
      }
      <dt>Run id</dt>
      <dd class="name">${run.runId}</dd>
    </dl>
    <div data-follow="${links.live({ job: job.name, runId: run.runId })}" data-state="running">
      ${liveReport(report)}
    </div>
    ${contextOf(run.context)}`
  return { title: `Run of ${job.name}`, section: 'jobs', body }
}

/** A run that was asked for, and that nobody has claimed. */
export function requestedRunPage({ links }: PageContext, { fields, id, jobName, requestedAt }: RunRequest): Page {
  const body = html`<p class="lead"><a href="${links.job(jobName)}">${jobName}</a></p>
    <p
      class="banner is-well"
      role="status"
      data-follow="${links.live({ job: jobName, runId: id })}"
      data-state="waiting"
    >
      A run was requested. The leader starts it in a second or two, or within 15 s where nobody has looked on before.
      This page then follows the run.
    </p>
    <dl class="facts panel">
      <dt>Requested</dt>
      <dd>${instant(requestedAt, true)}</dd>
      <dt>Run id</dt>
      <dd class="name">${id}</dd>
    </dl>
    ${Object.keys(fields).length > 0 && contextOf(fields)}`
  return { title: `Run of ${jobName}`, section: 'jobs', body }
}

/** The caller's fields for the action's context. */
function contextOf(context: RunRecord['context']): Html | null {
  if (context === undefined) return null
  return html`<section aria-labelledby="context" class="panel">
    <h2 id="context">Context</h2>
    ${
      context === null
        ? html`<p>It was no plain JSON of at most 64 KiB, so it was not kept.</p>`
        : html`<pre tabindex="0">${jsonText(context)}</pre>`
    }
  </section>`
}

function attemptsOf(attempts: readonly AttemptRecord[]): Html {
  const rows = attempts.map(
    ({ abandoned, attempt, durationMs, error, startedAt, status }) =>
      html`<tr role="row">
        <th scope="row" role="rowheader"><span class="heading">Attempt </span>${attempt}</th>
        <td role="cell">${statusMark(status)}</td>
        <td role="cell" class="roomy">${instant(startedAt)}</td>
        <td role="cell" class="number whole"><span class="heading">Duration </span>${formatDuration(durationMs)}</td>
        <td role="cell" class="text message whole">
          ${error?.message}${abandoned === true && ' It went on although it was told to end.'}
        </td>
      </tr>`,
  )
  return html`<section aria-labelledby="attempts" class="panel">
    <h2 id="attempts">Attempts</h2>
    ${cardTable({ label: 'Attempts', isPlain: true, columns: ['Attempt', 'Ended as', { title: 'Started', cells: 'roomy' }, { title: 'Duration', cells: 'number' }, 'Ended because'], rows })}
  </section>`
}

function errorPanel(error: SerializedError): Html {
  return html`<section aria-labelledby="error" class="panel">
    <h2 id="error">Error</h2>
    ${errorOf(error)}
  </section>`
}

/** An error with its causes, down to the first cause; the record bounds the depth. */
function errorOf({ cause, code, details, errors, message, name, note, stack }: SerializedError): Html {
  return html`<div class="error">
    <p>
      <strong class="text">${name}${code !== undefined && ` (${code})`}</strong>: <span class="text">${message}</span>
    </p>
    ${note !== undefined && html`<p class="text">${note}</p>`}
    ${details !== undefined && html`<pre tabindex="0">${jsonText(details)}</pre>`}
    ${
      stack !== undefined &&
      html`<details>
        <summary>Stack</summary>
        <pre tabindex="0">${stack}</pre>
      </details>`
    }
    ${
      cause !== undefined &&
      html`<p>Caused by</p>
        ${errorOf(cause)}`
    }
    ${errors?.map(errorOf)}
  </div>`
}
