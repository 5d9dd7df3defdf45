import { createManualClock } from '@s3sched/kernel/testing'
import { expect, it } from 'vitest'
import { StoreContact } from './store-contact.ts'

const clock = createManualClock()

it('reads that succeed say nothing of writes', async () => {
  const contact = new StoreContact(clock)
  for (let second = 0; second < 4; second++) {
    contact.heard('put', second % 2 === 0 ? 'thrown' : 'unknown')
    contact.heard('get', 'not-modified')
    await clock.advance(1000)
  }
  expect(contact.trouble(2000)).toEqual({ requests: 'writes', forMs: 4000 })
  expect(contact.trouble(3000)).toBeUndefined()
  contact.heard('put', 'conflict')
  expect(contact.trouble(2000)).toBeUndefined()
})

it('a single failure is no trouble, however long ago', async () => {
  const contact = new StoreContact(clock)
  contact.heard('put', 'thrown')
  await clock.advance(60_000)
  expect(contact.trouble(2000)).toBeUndefined()
})

it('trouble with reads and writes is one, since the first failure', async () => {
  const contact = new StoreContact(clock)
  for (let second = 0; second < 4; second++) {
    contact.heard('get', 'thrown')
    await clock.advance(1000)
    contact.heard('put', 'thrown')
  }
  expect(contact.trouble(2000)).toEqual({ requests: 'requests', forMs: 4000 })
})

it('jobs run without listings and deletions', async () => {
  const contact = new StoreContact(clock)
  for (let second = 0; second < 4; second++) {
    contact.heard('list', 'thrown')
    contact.heard('delete', 'thrown')
    await clock.advance(1000)
  }
  expect(contact.trouble(2000)).toBeUndefined()
})
