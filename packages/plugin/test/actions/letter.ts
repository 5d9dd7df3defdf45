import type { JobContext } from '../../src/index.ts'

/** An isolated action of a scheduler without a database: the context is the only argument. */
export default function letter(...given: readonly [JobContext<{ readonly to: string }>]): unknown {
  const [{ attempt, jobName, to }] = given
  return { arguments: given.length, jobName, attempt, to }
}
