import fc from 'fast-check'

/** The code points that stand for no character, but for half of a pair. */
const HALVES = { from: 0xd800, count: 0x800 }

/**
 * Any character of Unicode, as the unit of `fc.string`. The unit `binary` of fast-check is the same, and makes a map of a
 * million characters first, which takes half a second of CPU in each process.
 */
export const anyCharacter: fc.Arbitrary<string> = fc
  .integer({ min: 0, max: 0x10_ff_ff - HALVES.count })
  .map((index) => String.fromCodePoint(index < HALVES.from ? index : index + HALVES.count), indexOf)

/** The reverse of the map: fast-check uses its own list of dangerous texts as strings of this unit by this function. */
function indexOf(character: unknown): number {
  const text = typeof character === 'string' ? character : ''
  const codePoint = text.codePointAt(0)
  if (codePoint === undefined || String.fromCodePoint(codePoint) !== text || !text.isWellFormed()) {
    throw new Error('expected one character')
  }
  return codePoint < HALVES.from ? codePoint : codePoint - HALVES.count
}
