import { effectiveSpec, type JobBook } from '@s3sched/jobs'

/** True when a job is known that comes after this job. No request. */
export function hasSuccessor(book: Pick<JobBook, 'chained' | 'peek'>, name: string): boolean {
  return [...book.chained].some((each) => {
    const record = book.peek(each)
    return record !== undefined && effectiveSpec(record).after.includes(name)
  })
}
