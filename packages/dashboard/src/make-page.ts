import { messageOf, S3SchedError } from '@s3sched/kernel'
import type { JobView, Operator } from '@s3sched/operator'
import type { FleetReader } from './fleet/fleet-reader.ts'
import { ACTIONS, type Action, type Route } from './http/route.ts'
import { apiPage } from './pages/api.ts'
import { calendarPage } from './pages/calendar.ts'
import { confirmPage, type ContextDraft } from './pages/confirm.ts'
import { confirmManyPage } from './pages/confirm-many.ts'
import { failuresPage } from './pages/failures.ts'
import { jobPage } from './pages/job.ts'
import { jobsPage } from './pages/jobs.ts'
import { overviewPage } from './pages/overview.ts'
import type { Page, PageContext } from './pages/page.ts'
import { problemPage } from './pages/problem.ts'
import { openRunPage, requestedRunPage, runPage } from './pages/run.ts'
import { timelinePage } from './pages/timeline.ts'

export interface PageDeps {
  readonly fleet: Omit<FleetReader, 'watch'>
  /** What the viewer may do with a job. */
  readonly actionsOn: (job: string) => Promise<ReadonlySet<Action>>
  /** The token for a form. Called only for a page with a form. */
  readonly token: () => string
  /** The refused text of a form. */
  readonly draft: ContextDraft | undefined
}

type JobRoute = Extract<Route, { readonly job: string }>

/** The page of a route. */
export async function makePage(route: Route, context: PageContext, deps: PageDeps): Promise<Page> {
  const { failures, operator, timelines } = deps.fleet
  switch (route.to) {
    case 'overview':
      return overviewPage(context)
    case 'timeline':
      return timelinePage(context, timelines)
    case 'jobs':
      return jobsPage(context, deps.actionsOn)
    case 'many':
      return manyPage(context, deps)
    case 'api':
      return apiPage(context)
    case 'failures':
      return failuresPage(context, { history: operator.history, failures })
    case 'job':
    case 'calendar':
    case 'run':
    case 'action':
      return pageOfJob(route, context, deps)
    default:
      return problemPage(404, 'Not found', 'There is no such page.')
  }
}

/** The chosen jobs among those that the viewer may act on. */
async function manyPage(context: PageContext, { actionsOn, token }: PageDeps): Promise<Page> {
  const { query, snapshot } = context
  const action = ACTIONS.find((known) => known === query.get('action'))
  if (action === undefined) return problemPage(404, 'Not found', 'There is no such action.')
  const chosen = new Set(query.getAll('job'))
  const jobs = snapshot.jobs.filter(({ name, state }) => chosen.has(name) && state !== 'removed')
  const may = await Promise.all(jobs.map(async ({ name }) => (await actionsOn(name)).has(action)))
  return confirmManyPage(
    context,
    jobs.filter((_, index) => may[index]),
    action,
    token(),
  )
}

async function pageOfJob(route: JobRoute, context: PageContext, deps: PageDeps): Promise<Page> {
  const { lags, operator, timelines } = deps.fleet
  const job = context.snapshot.jobs.find(({ name }) => name === route.job)
  if (job === undefined) {
    const unreadable = context.snapshot.unreadable.find(({ name }) => name === route.job)
    if (unreadable !== undefined) return problemPage(502, 'Unreadable', unreadable.problem)
    return problemPage(404, 'Not found', `There is no job '${route.job}'.`)
  }
  if (route.to === 'action') {
    if (!context.actions.has(route.action)) return problemPage(403, 'Not allowed', 'This dashboard only shows.')
    const draft = deps.draft ?? (route.action === 'run' ? await draftOf(context, job, operator) : undefined)
    return confirmPage(context, job, { action: route.action, token: deps.token(), draft })
  }
  if (route.to === 'job') return jobPage(context, job, { history: operator.history, timelines, lags })
  if (route.to === 'calendar') return calendarPage(context, job)
  if (route.to === 'run') return pageOfRun(context, job, route.runId, deps.fleet)
  return problemPage(404, 'Not found', 'There is no such page.')
}

/** The context of the run that is to be run again. */
async function draftOf({ query }: PageContext, job: JobView, operator: Operator): Promise<ContextDraft> {
  const runId = query.get('run')
  if (runId === null) return { text: '' }
  const run = await operator.history.get(job.name, runId, instantOf(query))
  return { text: run?.context == null ? '' : JSON.stringify(run.context, undefined, 2) }
}

function instantOf(query: URLSearchParams): number | undefined {
  const at = Number(query.get('at') ?? Number.NaN)
  return Number.isSafeInteger(at) && at >= 0 ? at : undefined
}

async function pageOfRun(
  context: PageContext,
  job: JobView,
  runId: string,
  { live, operator }: Pick<FleetReader, 'live' | 'operator'>,
): Promise<Page> {
  const open = job.running.find((run) => run.runId === runId)
  if (open !== undefined) return openRunPage(context, job, open, (await live.view(job.name, runId)).report)
  const request = context.snapshot.requests.find(({ id, kind }) => kind === 'run' && id === runId)
  if (request !== undefined) return requestedRunPage(context, request)
  try {
    const run = await operator.history.get(job.name, runId, instantOf(context.query))
    if (run !== undefined) return runPage(context, run)
  } catch (error) {
    if (!(error instanceof S3SchedError) || error.code !== 'INVALID_ARGUMENT') throw error
    return problemPage(404, 'Not found', messageOf(error))
  }
  return problemPage(404, 'Not found', `The history of '${job.name}' has no such run; it may have been pruned.`)
}
