import { unescapeName } from '@s3sched/kernel'

/** The purpose of a request. */
export type Route =
  | { readonly to: (typeof TOP_LEVEL)[number] | 'overview' }
  | { readonly to: 'asset'; readonly file: string }
  /** `parts`: the path below `/api`. */
  | { readonly to: 'api'; readonly parts: readonly string[] }
  | { readonly to: 'job'; readonly job: string }
  | { readonly to: 'calendar'; readonly job: string }
  | { readonly to: 'run'; readonly job: string; readonly runId: string }
  /** The state of an open run, for the script of its page. */
  | { readonly to: 'live'; readonly job: string; readonly runId: string }
  /** Somebody is about to run the job. */
  | { readonly to: 'attend'; readonly job: string }
  | { readonly to: 'action'; readonly job: string; readonly action: Action }
  | { readonly to: 'nowhere' }

const TOP_LEVEL = ['timeline', 'jobs', 'failures', 'many', 'events', 'metrics', 'healthz', 'readyz'] as const

export const ACTIONS = ['run', 'cancel', 'pause', 'resume'] as const

export type Action = (typeof ACTIONS)[number]

const NOWHERE: Route = { to: 'nowhere' }

/** @param path - below the mount path, still encoded */
export function routeOf(path: string): Route {
  const parts = decode(path)
  if (parts === undefined) return NOWHERE
  const [first = '', second, third, fourth, fifth, ...rest] = parts
  if (first === 'api') return { to: 'api', parts: parts.slice(1) }
  if (rest.length > 0) return NOWHERE
  if (second === undefined) return first === '' ? { to: 'overview' } : topLevel(first)
  if (first === 'assets' && third === undefined) return { to: 'asset', file: second }
  if (first !== 'jobs' || second === '') return NOWHERE
  const name = unescapeName(second)
  if (third === undefined) return { to: 'job', job: name }
  if (third === 'runs' && fourth !== undefined && fifth === undefined) return { to: 'run', job: name, runId: fourth }
  if (third === 'runs' && fourth !== undefined && fifth === 'live') return { to: 'live', job: name, runId: fourth }
  if (fourth !== undefined) return NOWHERE
  if (third === 'calendar') return { to: 'calendar', job: name }
  if (third === 'attend') return { to: 'attend', job: name }
  const action = ACTIONS.find((known) => known === third)
  return action === undefined ? NOWHERE : { to: 'action', job: name, action }
}

function topLevel(name: string): Route {
  const to = TOP_LEVEL.find((known) => known === name)
  return to === undefined ? NOWHERE : { to }
}

function decode(path: string): string[] | undefined {
  try {
    return path.replace(/^\/+/, '').replace(/\/$/, '').split('/').map(decodeURIComponent)
  } catch {
    // An invalid encoding: no page has such a path.
    return undefined
  }
}
