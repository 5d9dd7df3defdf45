import { afterAll, describe, it } from 'vitest'

describe('a suite', () => {
  afterAll(() => {
    throw new Error('planted')
  })

  it('passes', () => {})
})
