import { verdictOf, type HealthFinding, type LeaderView } from '@s3sched/operator'
import type { FleetSnapshot } from '../fleet/fleet-snapshot.ts'
import { formatDuration } from '../html/duration.ts'
import { html, type Html } from '../html/html.ts'
import { comingInstant, instant } from '../html/instant.ts'
import type { Links } from '../html/links.ts'
import { tiles, type Tile } from '../html/tiles.ts'
import { instancesPanel } from './instances.ts'
import { nextPanel, nextOf, runningPanel } from './now-and-next.ts'
import type { Page, PageContext } from './page.ts'
import { termsOf, termTable } from './terms.ts'

/** The largest number of shown findings. */
const MOST_FINDINGS = 30

export function overviewPage({ links, snapshot }: PageContext): Page {
  const body = html`${healthOf(snapshot, links)} ${tiles(tilesOf(snapshot, links))}
    <div class="columns">
      <div>${runningPanel(snapshot, links)} ${leaderPanel(snapshot)}</div>
      <div>${nextPanel(snapshot.jobs, links)} ${instancesPanel(snapshot)}</div>
    </div>`
  return { title: 'Overview', section: 'overview', body }
}

function tilesOf({ jobs, leader, workers }: FleetSnapshot, links: Links): Tile[] {
  const live = jobs.filter(({ state }) => state !== 'removed')
  const resting = live.filter(({ state }) => state !== 'active').length
  const running = live.filter((job) => job.running.length > 0)
  const runs = running.reduce((sum, job) => sum + job.running.length, 0)
  const [next] = nextOf(jobs)
  return [
    leaderTile(leader),
    {
      label: 'Instances',
      value: workers.length,
      note: workers.length === 0 ? 'none is there' : namesOf(workers.map(({ workerId }) => workerId)),
    },
    {
      label: 'Jobs',
      value: html`<a href="${links.to('jobs')}">${live.length}</a>`,
      note: resting === 0 ? 'all active' : `${resting} paused or disabled`,
    },
    {
      label: 'Running',
      value: runs,
      note: running.length === 0 ? 'nothing at the moment' : runningNote(leader, running),
      ...(waitingOf(leader) > 0 ? { level: 'warn' as const } : {}),
    },
    {
      label: 'Next run',
      value: next === undefined ? '–' : comingInstant(next.at),
      note:
        next === undefined
          ? 'no job has a next tick'
          : html`<a href="${links.job(next.job.name)}">${next.job.name}</a>`,
    },
  ]
}

function runningNote(leader: LeaderView, running: readonly { readonly name: string }[]): string {
  const waiting = waitingOf(leader)
  return waiting > 0 ? `${waiting} of them wait for a slot` : namesOf(running.map(({ name }) => name))
}

/** The number of runs waiting for a slot, as of the leader's last renewal. */
function waitingOf(leader: LeaderView): number {
  return leader.state === 'held' && !leader.isSilent ? (leader.slots?.waiting ?? 0) : 0
}

function leaderTile(leader: LeaderView): Tile {
  const label = 'Leader'
  if (leader.state === 'missing') return { label, value: 'nobody', note: 'nobody has ever led here', level: 'warn' }
  if (leader.state === 'unreadable') return { label, value: '?', note: "the lease can't be read", level: 'bad' }
  if (leader.state === 'free') {
    return { label, value: 'nobody', note: html`epoch ${leader.epoch} ${endOf(leader)}`, level: 'warn' }
  }
  const { epoch, isGone, isSilent, since, workerId } = leader
  const note = isSilent
    ? html`epoch ${epoch}, dead: ${isGone ? 'its process is gone' : `silent for ${formatDuration(leader.renewedMs)}`}`
    : html`epoch ${epoch}, since ${instant(since, true)}`
  return { label, value: html`<span class="name">${workerId}</span>`, note, level: isSilent ? 'bad' : 'well' }
}

/** How the last term ended, and when. */
function endOf({ isStopped, terms }: Extract<LeaderView, { state: 'free' }>): Html {
  const until = terms[0]?.until ?? null
  return html`${isStopped ? 'was stopped in order' : 'stepped down'}${until !== null && html` ${instant(until, true)}`}`
}

/** The first few names, and the number of further names. */
function namesOf(names: readonly string[]): string {
  const more = names.length > 3 ? ` and ${names.length - 3} more` : ''
  return `${names.slice(0, 3).join(', ')}${more}`
}

function healthOf({ health, jobs }: FleetSnapshot, links: Links): Html {
  const problems = health.filter(({ level }) => level === 'problem').length
  const live = jobs.filter(({ state }) => state !== 'removed').length
  const verdict =
    problems === 0
      ? verdictOf(health) === 'stopped'
        ? html`<p class="verdict"><span aria-hidden="true">◼</span> Stopped</p>`
        : html`<p class="verdict is-well"><span aria-hidden="true">✓</span> All is well with ${live} jobs</p>`
      : html`<p class="verdict is-problem">
          <span aria-hidden="true">✕</span> ${problems} ${problems === 1 ? 'thing needs' : 'things need'} attention
        </p>`
  const rest = health.length - MOST_FINDINGS
  return html`<section aria-labelledby="health" class="panel health">
    <h2 id="health" class="hidden">Health</h2>
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

function leaderPanel({ leader, now }: FleetSnapshot): Html {
  const terms = termsOf(leader)
  const settled =
    leader.state === 'held' && leader.watermark !== null
      ? html`<p class="note">
          All ticks are handled up to ${instant(leader.watermark)}. The lease holds for ${formatDuration(leader.ttlMs)}
          after each renewal.
        </p>`
      : null
  const text =
    leader.state === 'missing'
      ? html`<p>Nobody has ever led here.</p>`
      : leader.state === 'unreadable'
        ? html`<p class="text">The lease can't be read: ${leader.problem}</p>`
        : leader.state === 'free'
          ? html`<p>Nobody leads. The last leader, of epoch ${leader.epoch}, ${endOf(leader)}.</p>`
          : null
  return html`<section aria-labelledby="leader" class="panel">
    <h2 id="leader">Leaders</h2>
    ${text} ${termTable(terms, now)} ${settled}
  </section>`
}
