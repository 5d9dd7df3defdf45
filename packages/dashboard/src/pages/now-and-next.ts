import type { JobView } from '@s3sched/operator'
import type { FleetSnapshot } from '../fleet/fleet-snapshot.ts'
import { cardTable } from '../html/data-table.ts'
import { html, type Html } from '../html/html.ts'
import { comingInstant, instant } from '../html/instant.ts'
import type { Links } from '../html/links.ts'
import { statusMark } from '../html/status-mark.ts'
import { scheduleText } from './schedule-text.ts'

/** The number of shown next ticks. */
const UPCOMING = 10

/** The executing runs and the waiting requests. */
export function runningPanel({ jobs, requests }: FleetSnapshot, links: Links): Html {
  const rows = jobs.flatMap((job) =>
    job.running.map((run) => {
      const link = links.run({ job: job.name, ...run })
      const wait = run.retryAfter
      const state =
        wait === null
          ? statusMark('running')
          : html`attempt ${wait.attempt} failed (${wait.error}); next attempt: ${comingInstant(wait.notBefore)}`
      return html`<tr role="row">
        <th scope="row" role="rowheader"><a href="${links.job(job.name)}">${job.name}</a></th>
        <td role="cell">${instant(run.claimedAt, true)}</td>
        <td role="cell" class="whole"><a href="${link}">${state}</a></td>
        <td role="cell" class="name whole">${run.workerId}</td>
      </tr>`
    }),
  )
  const waiting = requests.map(
    ({ jobName, kind, requestedAt }) =>
      html`<li>
        A request to ${kind} <a href="${links.job(jobName)}">${jobName}</a> waits since ${instant(requestedAt, true)}
      </li>`,
  )
  const columns = ['Job', 'Since', 'State', 'Where']
  const table = cardTable({ label: 'What runs now', isPlain: true, columns, rows })
  return html`<section aria-labelledby="running" class="panel">
    <h2 id="running">Running now</h2>
    ${rows.length === 0 ? html`<p class="none">Nothing runs at the moment.</p>` : table}
    ${
      waiting.length > 0 &&
      html`<ul>
        ${waiting}
      </ul>`
    }
  </section>`
}

interface Upcoming {
  readonly job: JobView
  /** Epoch ms. */
  readonly at: number
}

/** The jobs with a next tick, the earliest first. */
export function nextOf(jobs: readonly JobView[]): Upcoming[] {
  return jobs.flatMap((job) => (job.nextRun === null ? [] : [{ job, at: job.nextRun }])).toSorted((a, b) => a.at - b.at)
}

export function nextPanel(jobs: readonly JobView[], links: Links): Html {
  const rows = nextOf(jobs)
    .slice(0, UPCOMING)
    .map(
      ({ at, job }) =>
        html`<tr role="row">
          <th scope="row" role="rowheader"><a href="${links.job(job.name)}">${job.name}</a></th>
          <td role="cell">${comingInstant(at)}</td>
          <td role="cell" class="text schedule whole">${scheduleText(job.spec)}</td>
        </tr>`,
    )
  return html`<section aria-labelledby="next" class="panel">
    <h2 id="next">What comes next</h2>
    ${
      rows.length === 0
        ? html`<p class="none">No job has a next tick.</p>`
        : cardTable({ label: 'What comes next', isPlain: true, columns: ['Job', 'When', 'Schedule'], rows })
    }
  </section>`
}
