import type { HealthFinding, JobView, LeaderView } from '@s3sched/plugin/operator'
import type { FleetSnapshot } from '../fleet/fleet-snapshot.ts'
import { formatDuration } from '../html/duration.ts'
import { html, type Html } from '../html/html.ts'
import { instant } from '../html/instant.ts'
import type { Links } from '../html/links.ts'
import { statusMark } from '../html/status-mark.ts'
import type { Page, PageContext } from './page.ts'
import { scheduleText } from './schedule-text.ts'

/** How many of what comes next are shown, and how many findings. */
const UPCOMING = 12
const MOST_FINDINGS = 30

export function overviewPage({ links, snapshot }: PageContext): Page {
  const body = html` ${healthOf(snapshot, links)}
    <div class="columns">
      ${leaderOf(snapshot)} ${runningOf(snapshot, links)} ${nextOf(snapshot.jobs, links)} ${workersOf(snapshot)}
    </div>`
  return { title: 'Overview', section: 'overview', body }
}

function healthOf({ health, jobs }: FleetSnapshot, links: Links): Html {
  const problems = health.filter(({ level }) => level === 'problem').length
  const live = jobs.filter(({ state }) => state !== 'removed').length
  const verdict =
    problems === 0
      ? html`<p class="verdict is-well"><span aria-hidden="true">✓</span> All is well with ${live} jobs</p>`
      : html`<p class="verdict is-problem">
          <span aria-hidden="true">✕</span> ${problems} ${problems === 1 ? 'thing needs' : 'things need'} attention
        </p>`
  const rest = health.length - MOST_FINDINGS
  return html`<section aria-labelledby="health">
    <h2 id="health">Health</h2>
    ${verdict}
    ${
      health.length > 0 &&
      html`<ul class="findings">
        ${health.slice(0, MOST_FINDINGS).map((one) => findingOf(one, links))}
      </ul>`
    }
    ${rest > 0 && html`<p>And ${rest} more.</p>`}
  </section>`
}

function findingOf({ advice, job, level, message }: HealthFinding, links: Links): Html {
  const name = job !== null && html`<a href="${links.job(job)}">${job}</a>: `
  return html`<li class="is-${level}">
    <p>${name}<span class="text">${message}</span></p>
    <p class="advice">${advice}.</p>
  </li>`
}

function leaderOf({ leader }: FleetSnapshot): Html {
  return html`<section aria-labelledby="leader">
    <h2 id="leader">Leader</h2>
    ${leaderText(leader)}
  </section>`
}

function leaderText(leader: LeaderView): Html {
  if (leader.state === 'missing') return html`<p>Nobody has ever led here.</p>`
  if (leader.state === 'unreadable') return html`<p>The lease can't be read: ${leader.problem}</p>`
  if (leader.state === 'free')
    return html`<p>Nobody leads. The last epoch was ${leader.epoch}; its leader stopped in order.</p>`
  return html`<dl>
    <dt>Instance</dt>
    <dd class="name">${leader.workerId}${leader.isSilent && html` <span class="mark is-failed">silent</span>`}</dd>
    <dt>Epoch</dt>
    <dd>${leader.epoch}</dd>
    <dt>Leads since</dt>
    <dd>${instant(leader.since, true)}</dd>
    <dt>Lease holds for</dt>
    <dd>${formatDuration(leader.ttlMs)} after each renewal</dd>
    <dt>All ticks are settled up to</dt>
    <dd>${instant(leader.watermark)}</dd>
  </dl>`
}

function runningOf({ jobs, requests }: FleetSnapshot, links: Links): Html {
  const rows = jobs.flatMap((job) =>
    job.running.map((run) => {
      const link = links.run({ job: job.name, ...run })
      const wait = run.retryAfter
      const state =
        wait === null
          ? statusMark('running')
          : html`attempt ${wait.attempt} failed (${wait.error}); the next is at ${instant(wait.notBefore, true)}`
      return html`<tr>
        <th scope="row"><a href="${links.job(job.name)}">${job.name}</a></th>
        <td><a href="${link}">${state}</a></td>
        <td>${instant(run.claimedAt, true)}</td>
        <td class="name">${run.workerId}</td>
      </tr>`
    }),
  )
  const waiting = requests.map(
    ({ jobName, kind, requestedAt }) =>
      html`<li>
        A request to ${kind} <a href="${links.job(jobName)}">${jobName}</a> waits since ${instant(requestedAt, true)}
      </li>`,
  )
  const table = html`<div class="scroll" tabindex="0" role="region" aria-label="What runs now">
    <table>
      <thead>
        <tr>
          <th scope="col">Job</th>
          <th scope="col">State</th>
          <th scope="col">Since</th>
          <th scope="col">Where</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`
  return html`<section aria-labelledby="running">
    <h2 id="running">Running now</h2>
    ${rows.length === 0 ? html`<p>Nothing runs at the moment.</p>` : table}
    ${
      waiting.length > 0 &&
      html`<ul>
        ${waiting}
      </ul>`
    }
  </section>`
}

function nextOf(jobs: readonly JobView[], links: Links): Html {
  const upcoming = jobs
    .flatMap((job) => (job.nextRun === null ? [] : [{ job, at: job.nextRun }]))
    .toSorted((a, b) => a.at - b.at)
    .slice(0, UPCOMING)
  const rows = upcoming.map(
    ({ at, job }) =>
      html`<tr>
        <th scope="row"><a href="${links.job(job.name)}">${job.name}</a></th>
        <td>${instant(at, true)}</td>
        <td class="text">${scheduleText(job.spec)}</td>
      </tr>`,
  )
  return html`<section aria-labelledby="next">
    <h2 id="next">What comes next</h2>
    ${
      rows.length === 0
        ? html`<p>No job has a next tick.</p>`
        : html`<div class="scroll" tabindex="0" role="region" aria-label="What comes next">
            <table>
              <thead>
                <tr>
                  <th scope="col">Job</th>
                  <th scope="col">When</th>
                  <th scope="col">Schedule</th>
                </tr>
              </thead>
              <tbody>
                ${rows}
              </tbody>
            </table>
          </div>`
    }
  </section>`
}

function workersOf({ leader, workers }: FleetSnapshot): Html {
  const leads = leader.state === 'held' ? leader.workerId : undefined
  const rows = workers.map(
    ({ host, lastSeen, pid, startedAt, version, workerId }) =>
      html`<tr>
        <th scope="row" class="name">${workerId}</th>
        <td>${workerId === leads ? 'leads' : 'follows'}</td>
        <td class="name">${host} · ${pid}${version !== undefined && html` · ${version}`}</td>
        <td>${instant(startedAt, true)}</td>
        <td>${instant(lastSeen, true)}</td>
      </tr>`,
  )
  return html`<section aria-labelledby="instances">
    <h2 id="instances">Instances</h2>
    ${
      rows.length === 0
        ? html`<p>No instance is there.</p>`
        : html`<div class="scroll" tabindex="0" role="region" aria-label="Instances">
            <table>
              <thead>
                <tr>
                  <th scope="col">Instance</th>
                  <th scope="col">Role</th>
                  <th scope="col">Host · process</th>
                  <th scope="col">Started</th>
                  <th scope="col">Said so</th>
                </tr>
              </thead>
              <tbody>
                ${rows}
              </tbody>
            </table>
          </div>`
    }
  </section>`
}
