import type { OpenRun } from '@s3sched/jobs'
import { describe, expect, it } from 'vitest'
import { decideRecovery, restOfBackoffMs } from './decide-recovery.ts'
import { facts, leaders, members, NOON, retry, SLACK, type Changes } from '../../test/recovery-facts.ts'

const decide = (run: OpenRun, changes?: Changes) => decideRecovery(facts(run, changes))
const gone = (run: OpenRun, changes?: Changes) => decide(run, { life: 'gone', ...changes })

describe('decideRecovery', () => {
  it('leaves a run that this process has in hand', () => {
    expect(decide(leaders, { isHere: true })).toEqual({ act: 'leave', why: 'here' })
    expect(gone(leaders, { isHere: true })).toEqual({ act: 'leave', why: 'here' })
  })

  it('asks for the life of a run first', () => {
    expect(decide(leaders)).toEqual({ act: 'look-up', fact: 'life' })
    expect(decide({ ...leaders, retry })).toEqual({ act: 'look-up', fact: 'life' })
  })

  it('does not ask for the life of a released run', () => {
    const released = { ...retry, released: true }
    expect(decide({ ...leaders, retry: released })).toEqual({ act: 'go-on', retry: released })
    expect(decide({ ...leaders, retry: released }, { life: 'alive' })).toEqual({ act: 'go-on', retry: released })
  })

  it('respects a live run', () => {
    expect(decide(leaders, { life: 'alive' })).toEqual({ act: 'respect' })
    expect(decide({ ...leaders, retry }, { life: 'alive' })).toEqual({ act: 'respect' })
  })

  it('declares a run lost that nobody has', () => {
    expect(gone(leaders)).toEqual({ act: 'declare-lost' })
  })

  describe('of a run that waits for its next attempt', () => {
    const released = { ...members, retry: { ...retry, released: true } }

    it('goes on with a released run', () => {
      expect(gone(released)).toEqual({ act: 'go-on', retry: released.retry })
    })

    it('leaves the run to an instance with the action', () => {
      expect(gone(released, { hasAction: false })).toEqual({ act: 'leave', why: 'no-action' })
    })

    it('declares a run lost whose context fields died with its process', () => {
      expect(gone({ ...released, fields: null })).toEqual({ act: 'declare-lost' })
      expect(gone({ ...released, fields: { a: 1 } })).toEqual({ act: 'go-on', retry: released.retry })
    })

    // The leader of epoch 7 was trusted until NOON + 31 s, slack included. The attempt was due at NOON + 60 s.
    const previousTerm = { epoch: 7, renewedAt: NOON, ttlMs: 30_000 }
    const waits: OpenRun = { ...leaders, retry }

    it('goes on if the attempt was due after the end of the old leader', () => {
      expect(gone(waits, { previousTerm })).toEqual({ act: 'go-on', retry })
    })

    it('declares the run lost if the attempt may have started', () => {
      expect(gone({ ...waits, retry: { ...retry, delayMs: 30_000 + SLACK } }, { previousTerm })).toEqual({
        act: 'declare-lost',
      })
      expect(gone({ ...waits, retry: { ...retry, delayMs: 30_000 + SLACK + 1 } }, { previousTerm })).toMatchObject({
        act: 'go-on',
      })
    })

    it.each<[string, OpenRun, Changes]>([
      ['no earlier term is known', waits, {}],
      ['the run is of another term', waits, { previousTerm: { ...previousTerm, epoch: 6 } }],
      ['the last renewal is not known', waits, { previousTerm: { ...previousTerm, renewedAt: undefined } }],
      ['the old ttl is not known', waits, { previousTerm: { ...previousTerm, ttlMs: undefined } }],
      ['the term was of another shard count', waits, { previousTerm, shards: 4 }],
      ['the run was of another shard count', { ...waits, shards: 4 }, { previousTerm }],
      ['the run is a member’s', { ...waits, role: 'member' }, { previousTerm }],
    ])('declares the run lost if %s', (_, run, changes) => {
      expect(gone(run, changes)).toEqual({ act: 'declare-lost' })
    })

    it('compares terms of the same shard count', () => {
      expect(gone({ ...waits, shards: 4 }, { previousTerm, shards: 4 })).toEqual({ act: 'go-on', retry })
    })
  })
})

describe('the rest of the wait before the next attempt', () => {
  it('is what the time since the note has left', () => {
    expect(restOfBackoffMs(retry, NOON + 20_000)).toBe(40_000)
    expect(restOfBackoffMs(retry, NOON + 70_000)).toBe(0)
  })

  it('is the whole wait if the time is not known, or earlier than the note', () => {
    expect(restOfBackoffMs(retry, undefined)).toBe(60_000)
    expect(restOfBackoffMs(retry, NOON - 5000)).toBe(60_000)
  })
})
