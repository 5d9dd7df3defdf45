import { silentLogger } from '@s3sched/kernel'
import { expect, it } from 'vitest'
import { StandIn } from './stand-in.ts'

function setUp() {
  const said: string[] = []
  const done: string[] = []
  const engine = {
    touch: (name: string) => void done.push(`touch ${name}`),
    runOnce: async () => {
      done.push('run')
      return []
    },
    stop: () => void done.push('stop'),
  }
  const logger = { ...silentLogger, info: (message: string) => void said.push(message) }
  const standIn = new StandIn(
    { logger },
    { createEngine: () => engine, mayClaim: async () => true, onOverdue: () => void done.push('overdue') },
  )
  return { done, engine, said, standIn }
}

const { signal } = new AbortController()

it('claims from the back of the list, and looks for another leader first', async () => {
  const { done, standIn } = setUp()
  await standIn.claim(['a', 'b'], signal)
  expect(done).toEqual(['overdue', 'touch b', 'touch a', 'run'])
})

it('tells once that it stands in, and again after a time without overdue ticks', async () => {
  const { said, standIn } = setUp()
  await standIn.claim(['a'], signal)
  await standIn.claim(['a'], signal)
  expect(said).toHaveLength(1)
  standIn.rest()
  await standIn.claim(['a'], signal)
  expect(said).toHaveLength(2)
})

it('claims nothing after a stop', async () => {
  const { done, standIn } = setUp()
  await standIn.claim(['a'], AbortSignal.abort())
  expect(done).toEqual(['overdue'])
})

it('stops the engines at work, and no others', async () => {
  const { done, engine, standIn } = setUp()
  engine.runOnce = async () => {
    standIn.stop()
    return []
  }
  await standIn.claim(['a'], signal)
  standIn.stop()
  expect(done.filter((each) => each === 'stop')).toHaveLength(1)
})
