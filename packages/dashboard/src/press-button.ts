/**
 * A button is a form with the token of this browser, see `http/forgery.ts`. The rights of the caller are asked for again:
 * a page without the button refuses nobody. The outcome is a value, from which the request handler makes the answer.
 */
import type { IncomingMessage } from 'node:http'
import { S3SchedError, type Logger } from '@s3sched/kernel'
import type { Operator } from '@s3sched/operator'
import type { Links } from './html/links.ts'
import { isOurs } from './http/forgery.ts'
import { readContext } from './http/read-context.ts'
import { readForm } from './http/read-form.ts'
import type { Rights } from './http/rights.ts'
import { ACTIONS, type Route } from './http/route.ts'
import type { ContextDraft } from './pages/confirm.ts'

export type Pressed =
  /** `next` is the page that shows the effect. */
  | { readonly outcome: 'done'; readonly next: string }
  | { readonly outcome: 'refused'; readonly status: number; readonly title: string; readonly text: string }
  /** The form has to be shown again, with its text and the problem. */
  | { readonly outcome: 'unclear'; readonly draft: ContextDraft }

export interface Press {
  readonly req: IncomingMessage
  readonly rights: Rights
  readonly isReadOnly: boolean
  readonly operator: Operator
  readonly logger: Logger
  readonly links: Links
}

type ActionRoute = Extract<Route, { readonly to: 'action' }>

const refused = (status: number, title: string, text: string): Pressed => ({ outcome: 'refused', status, title, text })

export async function pressButton(route: Route, press: Press): Promise<Pressed> {
  if (route.to === 'many') return pressForMany(press)
  if (route.to !== 'action') return refused(404, 'Not found', 'There is nothing here that could be done.')
  const { isReadOnly, links, logger, operator, req, rights } = press
  if (isReadOnly) return refused(403, 'Read-only', 'This dashboard only shows: it was made with readOnly.')
  if (!(await rights.may(route.action, route.job)))
    return refused(403, 'Not allowed', 'You may look at this, and not change it.')
  const form = await readForm(req)
  if (form === undefined || !isOurs(req, form.get('token') ?? '')) {
    const text = 'This was not sent from a page of this dashboard. Open the job and try again.'
    return refused(403, 'Not sent from here', text)
  }
  const text = form.get('context') ?? ''
  const context = readContext(route.action === 'run' ? text : '')
  if (context.outcome === 'invalid') return { outcome: 'unclear', draft: { text, problem: context.problem } }
  let next: string
  try {
    next = await change(operator, route, context.fields, links)
  } catch (error) {
    if (!(error instanceof S3SchedError)) throw error
    const status = error.code === 'JOB_NOT_FOUND' || error.code === 'INVALID_JOB' ? 404 : 503
    return refused(status, 'It was not done', error.message)
  }
  logger.info(`dashboard: ${route.action} '${route.job}'`, { action: route.action, jobName: route.job })
  return { outcome: 'done', next }
}

/** The same action on each chosen job that the caller may act on. */
async function pressForMany({ links, logger, operator, req, rights }: Press): Promise<Pressed> {
  const form = await readForm(req)
  const action = ACTIONS.find((known) => known === form?.get('action'))
  if (form === undefined || action === undefined || !isOurs(req, form.get('token') ?? '')) {
    const text = 'This was not sent from a page of this dashboard. Choose the jobs again.'
    return refused(403, 'Not sent from here', text)
  }
  let count = 0
  for (const job of form.getAll('job')) {
    if (!(await rights.may(action, job))) continue
    try {
      await change(operator, { to: 'action', action, job }, {}, links)
    } catch (error) {
      if (!(error instanceof S3SchedError)) throw error
      return refused(503, 'It was not done with all jobs', `${count} were done. ${job}: ${error.message}`)
    }
    logger.info(`dashboard: ${action} '${job}'`, { action, jobName: job })
    count += 1
  }
  if (count === 0) return refused(403, 'Not allowed', 'You may look at these jobs, and not change them.')
  return { outcome: 'done', next: links.to('jobs', { done: action, count }) }
}

/** @returns the page that shows the effect */
async function change(
  operator: Operator,
  { action, job }: ActionRoute,
  fields: Readonly<Record<string, unknown>>,
  links: Links,
): Promise<string> {
  if (action === 'run') return links.run({ job, runId: await operator.requestRun(job, fields) })
  if (action === 'cancel') await operator.requestCancel(job)
  else if (action === 'pause') await operator.pause(job)
  else await operator.resume(job)
  return links.job(job, { done: action })
}
