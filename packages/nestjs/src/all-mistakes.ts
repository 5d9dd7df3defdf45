import { SchedulerError } from '@s3sched/plugin'

/**
 * Calls `make`, and returns its value unless there are mistakes.
 * @param mistakes - found before
 * @throws SchedulerError with all mistakes, those of `make` included; another error of `make` as it is
 */
export function orAllMistakes<T>(mistakes: readonly SchedulerError[], make: () => T): T {
  const all = [...mistakes]
  let made: T | undefined
  try {
    made = make()
  } catch (error) {
    if (!(error instanceof SchedulerError)) throw error
    all.push(error)
  }
  const [first, ...others] = all
  if (first === undefined) return made as T
  if (others.length === 0) throw first
  const problems = all.map(({ problem }) => problem)
  throw new SchedulerError(problems.join('; '), { code: first.code, context: { problems } })
}
