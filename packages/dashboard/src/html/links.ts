import { escapeName } from '@s3sched/kernel'

/** The addresses of the dashboard's pages, below the mount path. */
export interface Links {
  /** The mount path itself, without a slash at its end. */
  readonly base: string
  to(path: string, query?: Query): string
  job(name: string, query?: Query): string
  calendar(name: string, year?: number): string
  /** Without its scheduled time, the run is searched among the runs of the job. */
  run(run: { readonly job: string; readonly runId: string; readonly scheduledTime?: number }): string
  /** The present state of an open run, for the script of its page. */
  live(run: { readonly job: string; readonly runId: string }): string
  action(name: string, action: string, query?: Query): string
}

export type Query = Readonly<Record<string, string | number | undefined>>

export function createLinks(base: string): Links {
  const to = (path: string, query: Query = {}): string => {
    const given = Object.entries(query).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, String(value)] as [string, string]],
    )
    const search = new URLSearchParams(given).toString()
    return `${base}/${path}${search === '' ? '' : `?${search}`}`
  }
  return {
    base,
    to,
    job: (name, query) => to(pathOf(name), query),
    calendar: (name, year) => to(`${pathOf(name)}/calendar`, { year }),
    run: (run) => to(`${pathOf(run.job)}/runs/${encodeURIComponent(run.runId)}`, { at: run.scheduledTime }),
    live: (run) => to(`${pathOf(run.job)}/runs/${encodeURIComponent(run.runId)}/live`),
    action: (name, action, query) => to(`${pathOf(name)}/${action}`, query),
  }
}

function pathOf(job: string): string {
  return `jobs/${escapeName(job)}`
}
