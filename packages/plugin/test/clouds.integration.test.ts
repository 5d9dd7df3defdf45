import { newContainer, newGoogleBucket } from '@s3sched-tooling/clouds'
import { silentLogger } from '@s3sched/kernel'
import { describe, expect, inject, it } from 'vitest'
import { SchedulerPlugin } from '../src/index.ts'
import { quickStart, QUICK_START_REPORT } from './quick-start.ts'

/** The three lines of the README, with one line more for the place. */
async function firstJob(store: string): Promise<string> {
  let say: (word: string) => void
  const said = new Promise<string>((resolve) => (say = resolve))
  const hello = { schedule: '* * * * * *', action: () => say('hello') }
  const scheduler = new SchedulerPlugin({ store, jobs: { hello }, logger: silentLogger })
  await scheduler.start()
  const heard = await said
  await scheduler.stop()
  return heard
}

describe('on Azurite', () => {
  it('the first job runs by a change of one line', async () => {
    expect(await firstJob(await newContainer())).toBe('hello')
  })

  it('the Quick Start runs', async () => {
    expect(await quickStart(await newContainer())).toEqual(QUICK_START_REPORT)
  })
})

describe.skipIf(!inject('fakeGcs'))('on fake-gcs-server', () => {
  it('the first job runs by a change of one line', async () => {
    expect(await firstJob(await newGoogleBucket())).toBe('hello')
  })

  it('the Quick Start runs', async () => {
    expect(await quickStart(await newGoogleBucket())).toEqual(QUICK_START_REPORT)
  })
})
