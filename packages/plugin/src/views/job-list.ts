import type { JobStatus } from '@s3sched/engine'

/**
 * Jobs in their order, and by name: an array with the names as keys. `list[0]`, `list.map(…)`, `list['report']` and
 * `Object.entries(list)`, with an entry per name, all work, since the documents of s3db.js use the same list in each of
 * these ways.
 */
export type JobList = readonly JobStatus[] & { readonly [jobName: string]: JobStatus }

/**
 * A job named like a method or an index of arrays, such as `map` or `0`, has no key: the array keeps its meaning.
 * Indexes are not enumerable, so that keys and entries are those of the names; JSON has the array.
 */
export function jobList(statuses: readonly JobStatus[]): JobList {
  const list: JobStatus[] = []
  for (const [index, status] of statuses.entries()) {
    Object.defineProperty(list, index, { value: status, enumerable: false })
  }
  for (const status of statuses) {
    if (!(status.name in list) && !/^\d+$/.test(status.name)) {
      Object.defineProperty(list, status.name, { value: status, enumerable: true })
    }
  }
  return list as unknown as JobList
}
