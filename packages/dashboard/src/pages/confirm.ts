import type { JobView } from '@s3sched/operator'
import { html, type Html } from '../html/html.ts'
import { comingInstant } from '../html/instant.ts'
import type { Action } from '../http/route.ts'
import type { Page, PageContext } from './page.ts'

export const QUESTIONS: Readonly<Record<Action, readonly [title: string, consequence: string, button: string]>> = {
  run: [
    'Run now',
    'It runs once, now, beside its schedule. If it runs already, its overlap rule decides.',
    'Run it now',
  ],
  cancel: ['Cancel', 'Its signal is aborted. The run ends as cancelled as soon as its action obeys.', 'Cancel its run'],
  pause: [
    'Pause',
    'Its ticks pass in the whole fleet, also over restarts, until somebody resumes it. What runs goes on.',
    'Pause it',
  ],
  resume: ['Resume', 'Its ticks count from now on. What it would have run meanwhile is not caught up.', 'Resume it'],
}

/** The text in the field for the context, and the reason why it was refused. */
export interface ContextDraft {
  readonly text: string
  readonly problem?: string
}

/** A question about an action. */
export interface Question {
  readonly action: Action
  /** See forgery.ts. */
  readonly token: string
  /** For a run. */
  readonly draft: ContextDraft | undefined
}

/** Asks before anything is done. The page needs no JavaScript. */
export function confirmPage({ links }: PageContext, job: JobView, { action, draft, token }: Question): Page {
  const [title, consequence, button] = QUESTIONS[action]
  const body = html`<div class="panel question">
    <p>${consequence}</p>
    <dl class="facts">
      <dt>Job</dt>
      <dd class="name">${job.name}</dd>
      <dt>State</dt>
      <dd>${job.state}</dd>
      <dt>Next run</dt>
      <dd>${comingInstant(job.nextRun)}</dd>
    </dl>
    <form
      method="post"
      action="${links.action(job.name, action)}"
      class="actions"
      ${action === 'run' && html`data-attend="${links.action(job.name, 'attend')}"`}
    >
      <input type="hidden" name="token" value="${token}" />
      ${action === 'run' && contextField(draft ?? { text: '' })}
      <button class="button is-grave">${button}</button>
      <a class="button" href="${links.job(job.name)}">Leave it as it is</a>
    </form>
  </div>`
  const status = draft?.problem === undefined ? 200 : 400
  return { title: `${title}: ${job.name}`, section: 'jobs', body, live: 'offer', status }
}

function contextField({ problem, text }: ContextDraft): Html {
  return html`<p class="field">
    <label for="context">Context: more fields for the action, as a JSON object; none if empty</label>
    <textarea id="context" name="context" rows="6" spellcheck="false" autocapitalize="off">${text}</textarea>
    ${problem !== undefined && html`<strong class="bad text" role="alert">${problem}</strong>`}
  </p>`
}
