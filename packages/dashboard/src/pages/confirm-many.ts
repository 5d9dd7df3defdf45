import type { JobView } from '@s3sched/operator'
import { html } from '../html/html.ts'
import { statusMark } from '../html/status-mark.ts'
import type { Action } from '../http/route.ts'
import { QUESTIONS } from './confirm.ts'
import type { Page, PageContext } from './page.ts'

/** Asks before anything is done with several jobs. @param jobs - with which the viewer may do it */
export function confirmManyPage({ links }: PageContext, jobs: readonly JobView[], action: Action, token: string): Page {
  const [title, consequence] = QUESTIONS[action]
  if (jobs.length === 0) {
    const body = html`<p>No job was chosen. <a href="${links.to('jobs')}">Back to the jobs</a></p>`
    return { title, section: 'jobs', body, live: 'offer', status: 400 }
  }
  const what = jobs.length === 1 ? '1 job' : `${jobs.length} jobs`
  const body = html`<div class="panel question">
    <p>${consequence}</p>
    <form method="post" action="${links.to('many')}">
      <input type="hidden" name="token" value="${token}" /> <input type="hidden" name="action" value="${action}" />
      <ul class="chosen">
        ${jobs.map(({ name, state }) => html`<li><input type="hidden" name="job" value="${name}" /><span class="name">${name}</span> ${statusMark(state)}</li>`)}
      </ul>
      <p class="actions">
        <button class="button is-grave">${title}: ${what}</button>
        <a class="button" href="${links.to('jobs')}">Leave them as they are</a>
      </p>
    </form>
  </div>`
  return { title: `${title}: ${what}`, section: 'jobs', body, live: 'offer' }
}
