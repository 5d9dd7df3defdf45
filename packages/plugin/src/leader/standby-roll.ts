/** How many followers look after due ticks: the second covers for a first that died unnoticed. */
export const STANDBYS = 2

export interface StandbyRollDeps {
  readonly workerId: string
  /** The ids of the members that may stand by, the first first: 1 LIST, and 1 GET for each that changed. */
  readonly members: () => Promise<readonly string[]>
  /** Renews the lease, and writes the payload with it, now: 1 PUT. */
  readonly renew: () => Promise<void>
}

/**
 * The leader's side of the hot standby: names in its lease, at no extra request, the followers that look after due ticks, in
 * the order in which the members come. Each sees it at its next look at the lease.
 */
export class StandbyRoll {
  readonly #deps: StandbyRollDeps
  #named: readonly string[] = []

  constructor(deps: StandbyRollDeps) {
    this.#deps = deps
  }

  get named(): readonly string[] {
    return this.#named
  }

  /** Looks who is there, and writes the lease at once when others are to be named. @throws StoreError, CoordinatorError */
  async call(): Promise<void> {
    const { members, renew, workerId } = this.#deps
    const followers = (await members()).filter((id) => id !== workerId)
    const named = followers.slice(0, STANDBYS)
    if (named.join() === this.#named.join()) return
    this.#named = named
    await renew()
  }
}

/**
 * Where an instance stands among those that the leader's lease names.
 * @returns its place from 0, or `undefined`
 */
export function standbyRank(
  payload: Readonly<Record<string, unknown>> | undefined,
  workerId: string,
): number | undefined {
  const place = namedIn(payload).indexOf(workerId)
  return place < 0 ? undefined : place
}

/** Whether the leader names fewer than it would if it knew of one more. */
export function hasRoom(payload: Readonly<Record<string, unknown>> | undefined): boolean {
  return payload !== undefined && namedIn(payload).length < STANDBYS
}

function namedIn(payload: Readonly<Record<string, unknown>> | undefined): readonly unknown[] {
  const named = payload?.['standbys']
  return Array.isArray(named) ? named : []
}
