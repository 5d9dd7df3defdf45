import type { Sight } from '../fleet/fleet-watch.ts'
import { groupBy } from '@s3sched/kernel'
import { html, type Html } from '../html/html.ts'
import { instant } from '../html/instant.ts'
import type { Links } from '../html/links.ts'
import type { Page } from './page.ts'

export interface FrameContext {
  readonly links: Links
  /** `undefined` for a page about no fleet. */
  readonly sight: Sight | undefined
  /** The page of all fleets, where there are several. */
  readonly home: string | undefined
  /** The watched place, without secrets. */
  readonly description: string
  /** The zone of the shown times. */
  readonly zone: string
  readonly files: { readonly style: string; readonly script: string }
}

const SECTIONS = [
  ['overview', '', 'Overview'],
  ['timeline', 'timeline', 'Timeline'],
  ['jobs', 'jobs', 'Jobs'],
  ['failures', 'failures', 'Failures'],
] as const

/** The icon, in the colours of the page. */
const LOGO = html`<svg class="logo" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
  <rect width="32" height="32" rx="8" />
  <circle cx="16" cy="16" r="9" />
  <path d="M16 10.5V16l4 2.5" />
</svg>`

/** A whole document around a page. */
export function frame(page: Page, { description, files, home, links, sight, zone }: FrameContext): Html {
  const entries = SECTIONS.map(([section, path, name]) =>
    section === page.section
      ? html`<li><a href="${links.to(path)}" aria-current="page">${name}</a></li>`
      : html`<li><a href="${links.to(path)}">${name}</a></li>`,
  )
  // Without JavaScript, the browser reloads a page without an answer of the store.
  const again =
    sight?.trouble === undefined ? null : html`<noscript><meta http-equiv="refresh" content="15" /></noscript>`
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${page.title} · s3sched</title>
        <link rel="stylesheet" href="${links.to(`assets/${files.style}`)}" />
        <link rel="icon" href="${links.to('assets/icon.svg')}" type="image/svg+xml" />
        <script src="${links.to(`assets/${files.script}`)}" defer></script>
        ${again}
      </head>
      <body
        ${sight !== undefined && html`data-events="${links.to('events')}" data-version="${sight.version}"`}
        data-zone="${zone}"
        data-zones="${zonesOf(sight?.snapshot).join(' ')}"
        data-base="${links.base}"
        data-live="${page.live ?? 'replace'}"
      >
        <a class="skip" href="#main">Skip to the content</a>
        <header>
          <div class="top">
            <p class="brand">
              <a href="${home ?? links.to('')}">${LOGO}s3sched</a>
              ${sight !== undefined && html`<span class="where">${description}</span>`}
            </p>
            ${
              sight !== undefined &&
              html`<p id="live" role="status" class="live">As of ${instant(sight.snapshot?.now)}</p>
                <nav aria-label="Pages">
                  <ul>
                    ${entries}
                  </ul>
                </nav>`
            }
          </div>
        </header>
        <main id="main" tabindex="-1">
          ${sight !== undefined && troubleOf(sight)}
          <h1>${page.title}</h1>
          ${page.body}
        </main>
        <footer>
          <span id="zone" class="note">Times are in UTC.</span>
          ${sight !== undefined && html`<a href="${links.to('api')}">API</a>`}
        </footer>
      </body>
    </html>`
}

/** The zones of the schedules, the most frequent first. */
function zonesOf(snapshot: Sight['snapshot']): readonly string[] {
  const byZone = groupBy(snapshot?.jobs ?? [], ({ spec }) => spec.timezone)
  const sorted = [...byZone].toSorted(([, a], [, b]) => b.length - a.length)
  return sorted.slice(0, 10).map(([zone]) => zone)
}

function troubleOf({ snapshot, trouble }: Sight): Html | null {
  if (trouble === undefined) return null
  const seen = snapshot === undefined ? null : html`Below is what was last seen, ${instant(snapshot.now, true)}.`
  return html`<div class="banner is-problem" role="alert">
    <p><strong>The store does not answer</strong> since ${instant(trouble.since)}: ${trouble.message}</p>
    <p>${seen} This page comes back by itself as soon as the store does.</p>
  </div>`
}
