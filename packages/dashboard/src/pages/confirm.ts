import type { JobView } from '@s3sched/operator'
import { html } from '../html/html.ts'
import { instant } from '../html/instant.ts'
import type { Action } from '../http/route.ts'
import type { Page, PageContext } from './page.ts'

const QUESTIONS: Readonly<Record<Action, readonly [title: string, consequence: string, button: string]>> = {
  run: [
    'Run now',
    'Whichever instance leads runs it once, now, beside its schedule. If it runs already, its overlap rule decides.',
    'Run it now',
  ],
  cancel: [
    'Cancel',
    'Whoever runs it aborts its signal. The run ends as cancelled as soon as its action obeys.',
    'Cancel its run',
  ],
  pause: [
    'Pause',
    'Its ticks pass in the whole fleet, also over restarts, until somebody resumes it. What runs goes on.',
    'Pause it',
  ],
  resume: ['Resume', 'Its ticks count from now on. What it would have run meanwhile is not caught up.', 'Resume it'],
}

/** Asks before anything is done. The page needs no JavaScript. @param token - see forgery.ts */
export function confirmPage({ links }: PageContext, job: JobView, action: Action, token: string): Page {
  const [title, consequence, button] = QUESTIONS[action]
  const body = html`<div class="panel question">
    <p>${consequence}</p>
    <dl class="facts">
      <dt>Job</dt>
      <dd class="name">${job.name}</dd>
      <dt>State</dt>
      <dd>${job.state}</dd>
      <dt>Next run</dt>
      <dd>${instant(job.nextRun, true)}</dd>
    </dl>
    <form method="post" action="${links.action(job.name, action)}" class="actions">
      <input type="hidden" name="token" value="${token}" />
      <button class="button is-grave">${button}</button>
      <a class="button" href="${links.job(job.name)}">Leave it as it is</a>
    </form>
  </div>`
  return { title: `${title}: ${job.name}`, section: 'jobs', body, live: false }
}
