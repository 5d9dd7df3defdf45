/** Each attempt of a run, in every process, is given the mark of the run's request. */
import { runEntries } from './check-calls.ts'
import type { Evidence } from './evidence.ts'
import type { JobVersion } from './job-versions.ts'

export function checkContexts(
  { calls, changes }: Evidence,
  versions: ReadonlyMap<string, readonly JobVersion[]>,
): string[] {
  const entries = runEntries(versions)
  const requested = new Map<string, unknown>()
  for (const { fields, key } of changes) {
    const id = /^triggers\/.+\.([^.]+)\.json$/.exec(key)?.[1]
    const given = fields?.['fields'] as Readonly<Record<string, unknown>> | undefined
    if (id !== undefined && given !== undefined) requested.set(id, given['mark'])
  }
  const told = new Map<string, unknown>()
  return calls.flatMap(({ attempt, job, mark, process, runId }) => {
    const trigger = entries.get(runId)?.run.trigger
    if (trigger !== 'manual' && trigger !== 'request') return []
    const expected = requested.get(runId) ?? told.get(runId) ?? mark
    told.set(runId, expected)
    if (mark === expected) return []
    return [
      `context: attempt ${attempt} of ${trigger} run ${runId} of ${job} was told ${String(mark)} by ${process}, and not ${String(expected)}`,
    ]
  })
}
