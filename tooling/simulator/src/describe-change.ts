import type { Change } from './ledger.ts'

/** A change of the bucket as a line of a trace; below it, a line for each changed job record and each outcome. */
export function describeChange({ fields, jobs, key, kind, outcomes, problems }: Change): string {
  if (kind === 'delete') return `deletes ${key}`
  if (key.startsWith('jobs/')) {
    const { draftOf, seq, split } = (fields ?? {}) as Record<string, unknown>
    const written = jobs.map((write) => {
      const { fence, lastTick, lost, paused, removed, running, since } = (write.fields ?? {}) as Record<string, unknown>
      return `\n${' '.repeat(20)}${write.job} ${JSON.stringify({ fence, lastTick, since, paused, removed, running, lost })}`
    })
    const ended = outcomes.map(({ id }) => `\n${' '.repeat(20)}${id}`)
    return `writes ${key} ${JSON.stringify({ seq, draftOf, split })}${written.join('')}${ended.join('')}${problems.join(', ')}`
  }
  if (key === 'leader.json' || key.startsWith('shards/')) {
    const { fence, holder, payload, seq, state } = fields as Record<string, unknown>
    return `writes ${key} ${JSON.stringify({ holder, fence, seq, state, payload })}`
  }
  return `writes ${key}`
}
