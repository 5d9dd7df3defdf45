import type { Reading } from '@s3sched/kernel'
import { describe, expect, it } from 'vitest'
import {
  decided,
  graceMs,
  hurried,
  initialElection,
  listed,
  looked,
  nextMove,
  type ElectionState,
  type ElectionLimits,
  type LeaseView,
  type Turn,
} from './election.ts'

const limits: ElectionLimits = { workerId: 'b', heartbeatMs: 30_000, windowMs: 15_000, skipColdStart: false }
const FIRST: Turn = { rank: 0, pollMs: 30_000 }
const at = (ms: number): Reading => ({ monotonic: ms, wall: ms })
const view = (
  kind: LeaseView['kind'],
  claimableInMs: number,
  liveness: LeaseView['liveness'] = 'unknown',
): LeaseView => ({
  kind,
  claimableInMs,
  liveness,
})
const missing = view('missing', 0)
const free = view('free', 0)
const dead = view('held', 0)
const killedHere = view('held', 0, 'gone')
const alive = view('held', 90_000)
const unreadable = view('unreadable', Infinity)

function start(lease: LeaseView, by: ElectionLimits = limits): ElectionState {
  return looked(initialElection(by, at(0)), lease, at(0))
}

describe('a start', () => {
  it('looks before anything else', () => {
    expect(nextMove(initialElection(limits, at(0)), missing, FIRST, at(0))).toEqual({ do: 'look' })
  })

  it.each([
    ['a missing lease', missing, 'observing'],
    ['a free lease', free, 'observing'],
    ['a lease that is long dead', dead, 'election'],
    ['a lease whose holder was killed on this host', killedHere, 'ready'],
    ['a lease that may be alive', alive, 'ready'],
    ['an unreadable lease', unreadable, 'ready'],
  ])('that finds %s goes on accordingly', (_, lease, phase) => {
    expect(start(lease).phase).toBe(phase)
  })

  it('skips the observation when told to', () => {
    const impatient = { ...limits, skipColdStart: true }
    const state = start(missing, impatient)
    expect(state.phase).toBe('election')
    expect(nextMove(state, missing, FIRST, at(0))).toEqual({ do: 'campaign' })
  })

  it('observes for the window, then lists', () => {
    const state = start(missing)
    expect(nextMove(state, missing, FIRST, at(5000))).toEqual({ do: 'wait', ms: 10_000 })
    expect(nextMove(state, missing, FIRST, at(15_000))).toEqual({ do: 'list' })
  })
})

describe('an election', () => {
  const election = (workerIds: readonly string[]): ElectionState => listed(start(dead), workerIds, at(0))

  it('is opened by the smallest worker id', () => {
    expect(nextMove(election(['c', 'b']), missing, FIRST, at(0))).toEqual({ do: 'campaign' })
  })

  it('gives each candidate a grace, and looks before the next one campaigns', () => {
    const state = election(['c', 'b', 'a'])
    expect(graceMs(limits)).toBe(5000)
    expect(nextMove(state, missing, FIRST, at(0))).toEqual({ do: 'wait', ms: 5000 })
    expect(nextMove(state, missing, FIRST, at(5000))).toEqual({ do: 'look' })
    const next = looked(state, missing, at(5000))
    expect(nextMove(next, missing, FIRST, at(5000))).toEqual({ do: 'campaign' })
  })

  it('is over when somebody leads', () => {
    expect(looked(election(['a', 'b']), alive, at(5000)).phase).toBe('preparation')
    expect(decided(election(['b']), at(10)).phase).toBe('preparation')
  })

  it('lets an instance campaign that the list does not show', () => {
    expect(nextMove(election(['a']), missing, FIRST, at(0))).toEqual({ do: 'campaign' })
  })
})

describe('a follower', () => {
  const ready = start(alive)

  it('looks each heartbeat', () => {
    expect(nextMove(ready, alive, FIRST, at(10_000))).toEqual({ do: 'wait', ms: 20_000 })
    expect(nextMove(ready, alive, FIRST, at(30_000))).toEqual({ do: 'look' })
  })

  it('campaigns at once, and without an election, when the holder was killed on this host', () => {
    expect(nextMove(start(killedHere), killedHere, FIRST, at(0))).toEqual({ do: 'campaign' })
  })

  it('looks each second at the process of a leader on this host, and as seldom as ever at its lease', () => {
    const here = view('held', 90_000, 'here')
    expect(nextMove(ready, here, FIRST, at(10_000))).toEqual({ do: 'wait', ms: 1000 })
    expect(nextMove(ready, here, FIRST, at(10_250))).toEqual({ do: 'wait', ms: 750 })
    expect(nextMove(ready, here, FIRST, at(29_900))).toEqual({ do: 'wait', ms: 100 })
    expect(nextMove(ready, killedHere, FIRST, at(29_900))).toEqual({ do: 'look' })
  })

  it('campaigns at once for what is free', () => {
    expect(nextMove(ready, free, FIRST, at(30_000))).toEqual({ do: 'campaign' })
  })

  it('wakes for the moment at which the lease may be stolen, and looks once more before', () => {
    expect(nextMove(ready, view('held', 4000), FIRST, at(10_000))).toEqual({
      do: 'wait',
      ms: 4000,
    })
    expect(nextMove(ready, dead, FIRST, at(14_000))).toEqual({ do: 'look' })
    expect(nextMove(looked(ready, dead, at(14_000)), dead, FIRST, at(14_000))).toEqual({
      do: 'campaign',
    })
  })

  it('leaves a free lease to others while it rests', () => {
    const resting = { ...ready, restUntil: 25_000 }
    expect(nextMove(resting, free, FIRST, at(10_000))).toEqual({ do: 'wait', ms: 15_000 })
    expect(nextMove(resting, free, FIRST, at(25_000))).toEqual({ do: 'campaign' })
  })

  it('looks at an unreadable lease each heartbeat, and never campaigns for it', () => {
    expect(nextMove(ready, unreadable, FIRST, at(10_000))).toEqual({ do: 'wait', ms: 20_000 })
    expect(nextMove(ready, unreadable, FIRST, at(30_000))).toEqual({ do: 'look' })
  })
})

describe('who is not first in the line for one of several leases', () => {
  const ready = start(alive)
  const second: Turn = { rank: 1, pollMs: 60_000 }

  it('looks as seldom as its turn says', () => {
    expect(nextMove(ready, alive, second, at(10_000))).toEqual({ do: 'wait', ms: 50_000 })
    expect(nextMove(ready, alive, second, at(60_000))).toEqual({ do: 'look' })
  })

  it('leaves a free one to those before it, and looks once more before it campaigns', () => {
    const open = looked(ready, free, at(60_000))
    expect(nextMove(open, free, second, at(60_000))).toEqual({ do: 'wait', ms: 60_000 })
    expect(nextMove(open, free, second, at(120_000))).toEqual({ do: 'look' })
    const still = looked(open, free, at(120_000))
    expect(nextMove(still, free, second, at(120_000))).toEqual({ do: 'campaign' })
  })

  it('counts the wait anew when somebody had it meanwhile', () => {
    const taken = looked(looked(ready, free, at(0)), alive, at(60_000))
    const open = looked(taken, dead, at(120_000))
    expect(nextMove(open, dead, second, at(120_000))).toEqual({ do: 'wait', ms: 60_000 })
  })

  it('never campaigns while it does not know its place', () => {
    const open = looked(ready, free, at(0))
    const nowhere: Turn = { rank: Infinity, pollMs: 30_000 }
    expect(nextMove(open, free, nowhere, at(29_000))).toEqual({ do: 'wait', ms: 1000 })
    expect(nextMove(open, free, nowhere, at(30_000))).toEqual({ do: 'look' })
    const hours = looked(open, free, at(36_000_000))
    expect(nextMove(hours, free, nowhere, at(36_000_000))).toEqual({ do: 'wait', ms: 30_000 })
  })

  it('waits for no more than two ranks, since the others before it may be dead', () => {
    const third: Turn = { rank: 9, pollMs: 600_000 }
    const open = looked(ready, free, at(0))
    expect(nextMove(open, free, third, at(0))).toEqual({ do: 'wait', ms: 120_000 })
  })

  it('counts the place of a deleted lease as open, also while its holder may write it again', () => {
    expect(looked(ready, view('missing', 60_000), at(5)).openSince).toEqual(at(5))
  })
})

describe('an instance that yields', () => {
  const yielding: Turn = { rank: 0, pollMs: 600_000, yieldMs: 40_000 }
  const open = looked(start(alive), dead, at(0))

  it('leaves the lease of a silent holder to the others for a while', () => {
    expect(nextMove(open, dead, yielding, at(10_000))).toEqual({ do: 'wait', ms: 30_000 })
    expect(nextMove({ ...open, lookedAt: at(40_000) }, dead, yielding, at(40_000))).toEqual({ do: 'campaign' })
  })

  it.each([
    ['is free', free],
    ['has its own name', { ...dead, isOwn: true }],
    ['belongs to a process that is gone', killedHere],
  ])('takes at once a lease that %s: nobody can be blocked there', (_, lease) => {
    expect(nextMove(open, lease, yielding, at(0))).toEqual({ do: 'campaign' })
  })
})

describe('what others decided', () => {
  it('ends an observation and an election, and changes nothing for who follows already', () => {
    const observing = start(missing)
    const electing = listed(start(dead), ['a', 'b'], at(0))
    expect([observing.phase, electing.phase]).toEqual(['observing', 'election'])
    for (const state of [observing, electing]) {
      expect(decided(state, at(5))).toMatchObject({ phase: 'preparation', phaseSince: at(5), lookedAt: at(5) })
    }
    const following = start(alive)
    expect(decided(following, at(5))).toEqual({ ...following, lookedAt: at(5) })
  })

  it('is seen while it observes: a lease that is held ends it, one that is not leaves it as it is', () => {
    const observing = start(missing)
    expect(looked(observing, alive, at(5))).toMatchObject({ phase: 'preparation', phaseSince: at(5) })
    expect(looked(observing, free, at(5))).toEqual({ ...observing, lookedAt: at(5) })
  })

  it('does not count as decided where the lease is held by nobody who lives', () => {
    const electing = listed(start(dead), ['a', 'b'], at(0))
    expect(looked(electing, dead, at(5))).toMatchObject({ phase: 'election', round: 1, roundSince: at(5) })
  })
})

it('an election lists the candidates first', () => {
  expect(nextMove(start(dead), dead, FIRST, at(0))).toEqual({ do: 'list' })
})

it('a look is fresh for a second, and then another is made before a lease is stolen', () => {
  const state = { ...start(alive), lookedAt: at(0) }
  expect(nextMove(state, dead, FIRST, at(1000))).toEqual({ do: 'campaign' })
  expect(nextMove(state, dead, FIRST, at(1001))).toEqual({ do: 'look' })
})

it('who is hurried looks at once, and changes nothing else', () => {
  const state = { ...start(alive), lookedAt: at(0) }
  expect(nextMove(state, alive, FIRST, at(1))).toMatchObject({ do: 'wait' })
  expect(nextMove(hurried(state), alive, FIRST, at(1))).toEqual({ do: 'look' })
  expect(hurried(state)).toEqual({ ...state, lookedAt: { monotonic: -Infinity, wall: -Infinity } })
})
