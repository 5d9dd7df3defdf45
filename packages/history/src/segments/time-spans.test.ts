import fc from 'fast-check'
import { expect, it } from 'vitest'
import { TimeSpans } from './time-spans.ts'

const span = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 8 }))

it('a span touches a set when it shares an instant with any span of the set', () => {
  fc.assert(
    fc.property(fc.array(span, { maxLength: 12 }), fc.array(span, { maxLength: 12 }), span, (early, late, asked) => {
      const spans = new TimeSpans()
      const isTouched = (list: readonly (readonly [number, number])[]): boolean =>
        list.some(([from, length]) => from <= asked[0] + asked[1] && from + length >= asked[0])
      for (const [from, length] of early) spans.add(from, from + length)
      expect(spans.touch(asked[0], asked[0] + asked[1])).toBe(isTouched(early))
      for (const [from, length] of late) spans.add(from, from + length)
      expect(spans.touch(asked[0], asked[0] + asked[1])).toBe(isTouched([...early, ...late]))
    }),
  )
})
