import type { Random } from '../random.ts'

/** The same seed gives the same sequence. The generator is mulberry32 (Tommy Ettinger, 2017): 32 bits of state. */
export function createSeededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-'
  return {
    float: () => next() / 2 ** 32,
    id: () => {
      let id = ''
      while (id.length < 22) id += alphabet[next() % alphabet.length]
      return id
    },
  }
}
