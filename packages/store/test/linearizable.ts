/** One call on one register, whose state is a body or `undefined` for missing. */
export interface RegisterCall {
  readonly calledAt: number
  /** `Infinity` for an unanswered call: the call may have happened at any time, or not at all. */
  readonly answeredAt: number
  /** The state after the call, or `refused` when the answer is impossible in `state`. */
  readonly apply: (state: string | undefined) => { readonly state: string | undefined } | 'refused'
  readonly label: string
}

/**
 * True if some order of the calls explains all the answers, with every call between its start and its answer (Herlihy
 * and Wing, 1990). The search tries all orders, so use at most some 20 calls.
 */
export function isLinearizable(calls: readonly RegisterCall[]): boolean {
  const seen = new Set<string>()
  const search = (left: readonly RegisterCall[], state: string | undefined): boolean => {
    if (left.every(({ answeredAt }) => answeredAt === Infinity)) return true
    const situation = `${state} ${left.map((call) => calls.indexOf(call)).join()}`
    if (seen.has(situation)) return false
    seen.add(situation)
    const firstAnswer = Math.min(...left.map(({ answeredAt }) => answeredAt))
    return left.some((call) => {
      if (call.calledAt > firstAnswer) return false
      const after = call.apply(state)
      return (
        after !== 'refused' &&
        search(
          left.filter((other) => other !== call),
          after.state,
        )
      )
    })
  }
  return search(calls, undefined)
}
