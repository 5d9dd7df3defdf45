import { describe, expect, it } from 'vitest'

describe('a suite', () => {
  it('fails', () => expect(1).toBe(2))
})
