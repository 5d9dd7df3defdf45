/** One call on one register, whose state is a body or `undefined` for missing. */
export interface RegisterCall {
  readonly calledAt: number
  /** `Infinity` for a call that was never answered: it may have happened at any time, or not at all. */
  readonly answeredAt: number
  /** The state after the call, or `refused` when it can't have had its answer in `state`. */
  readonly apply: (state: string | undefined) => { readonly state: string | undefined } | 'refused'
  readonly label: string
}

/**
 * Whether there is an order of the calls, in which each lies between its call and its answer, that explains all the answers
 * (Herlihy and Wing, 1990). Searches them all, so keep it to some 20 calls.
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
