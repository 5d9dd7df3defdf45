import { describe, expect, it } from 'vitest'
import { readVerdict } from '../src/read-verdict.ts'

const END = `State-vector 108 byte, depth reached 29438, errors: 0
   859693 states, stored
  5285291 states, matched
pan: elapsed time 4.2 seconds`

describe('what a search prints', () => {
  it('is read as a model that holds', () => {
    expect(readVerdict(END)).toEqual({ outcome: 'holds', reason: '', states: 859_693, seconds: 4.2 })
  })

  it('is read as a violation, with the assertion', () => {
    const output = `pan:1: assertion violated (trust[k]==0) (at depth 1071)\n${END.replace('errors: 0', 'errors: 1')}`
    expect(readVerdict(output)).toMatchObject({ outcome: 'violated', reason: 'assertion violated (trust[k]==0)' })
  })

  it('says nothing when memory or depth did not suffice, though no error was found', () => {
    for (const problem of [
      'pan: reached -DMEMLIM bound',
      'error: max search depth too small',
      'Warning: Search not completed',
    ]) {
      expect(readVerdict(`${problem}\n${END}`)).toMatchObject({ outcome: 'incomplete', reason: problem })
    }
    expect(readVerdict('')).toMatchObject({ outcome: 'incomplete' })
  })
})
