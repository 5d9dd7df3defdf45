import { newContainer } from '@s3sched-tooling/clouds'
import { describe, expect, it } from 'vitest'
import { openStore, probeStore } from '../src/index.ts'
import { describeStoreConformance } from '../src/testing/index.ts'

describe('on Azurite', () => {
  describeStoreConformance(
    'the Azure driver',
    { describe, it, expect },
    async () => ({ store: openStore(await newContainer()) }),
    // Azurite sorts by UTF-16.
    { keysBeyondBmp: false },
  )

  it('the probe accepts it', async () => {
    const store = openStore(await newContainer())
    expect(await probeStore(store, { rounds: 10 })).toMatchObject({ rounds: 10, warnings: [] })
    await store.close()
  })
})
