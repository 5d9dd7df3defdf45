/** What a search found. */
export interface Verdict {
  /** `incomplete`: it ended before all states were seen, so it says nothing. */
  readonly outcome: 'holds' | 'violated' | 'incomplete'
  /** The assertion that failed, or why the search did not end. */
  readonly reason: string
  readonly states: number
  /** As Spin's program measured it, in seconds. */
  readonly seconds: number
}

/** Reads what the program that Spin generates prints. */
export function readVerdict(output: string): Verdict {
  const states = Number(/^\s*(\d+) states, stored/m.exec(output)?.[1] ?? 0)
  const seconds = Number(/elapsed time ([\d.e+-]+) seconds/.exec(output)?.[1] ?? 0)
  const violation = /^pan:\d+: (.+?)(?: \(at depth \d+\))?$/m.exec(output)?.[1]
  const errors = /errors: (\d+)/.exec(output)?.[1]
  if (violation !== undefined) return { outcome: 'violated', reason: violation, states, seconds }
  const trouble = /^(?:pan: (?:reached|out of).*|error: .*|Warning: Search not completed|.*search depth too small.*)$/m
  const problem = trouble.exec(output)?.[0]
  if (errors === '0' && problem === undefined) return { outcome: 'holds', reason: '', states, seconds }
  return { outcome: 'incomplete', reason: problem ?? 'it printed no result', states, seconds }
}
