/** The highest bit of a non-zero 32-bit integer. */
export function highestBit(bits: number): number {
  return 31 - Math.clz32(bits)
}

/** The lowest bit of a non-zero 32-bit integer. */
export function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits)
}

function countBits(bits: number): number {
  let count = 0
  for (let left = bits; left !== 0; left &= left - 1) count += 1
  return count
}

/** An immutable set of integers 0-59. Finding the next member in either direction takes no loop. */
export class BitSet {
  readonly #low: number
  readonly #high: number

  /** `low` holds 0-29 in its bits, `high` 30-59, so that both stay small integers for the engine. */
  constructor(low: number, high: number) {
    this.#low = low
    this.#high = high
  }

  static of(values: Iterable<number>): BitSet {
    let low = 0
    let high = 0
    for (const value of values) {
      if (value < 30) low |= 1 << value
      else high |= 1 << (value - 30)
    }
    return new BitSet(low, high)
  }

  union(other: BitSet): BitSet {
    return new BitSet(this.#low | other.#low, this.#high | other.#high)
  }

  has(value: number): boolean {
    return value < 30 ? (this.#low & (1 << value)) !== 0 : (this.#high & (1 << (value - 30))) !== 0
  }

  /** The members 0-31 as the bits of one integer. */
  get bits(): number {
    return this.#low | ((this.#high & 3) << 30)
  }

  /** The number of members. */
  get size(): number {
    return countBits(this.#low) + countBits(this.#high)
  }

  /** Equal for equal sets. */
  get meaning(): string {
    return `${this.#low}.${this.#high}`
  }

  /** The smallest member that is at least `from` (0-60), or -1. */
  next(from: number): number {
    if (from < 30) {
      const found = this.#low & (-1 << from)
      if (found !== 0) return lowestBit(found)
      return this.#high === 0 ? -1 : lowestBit(this.#high) + 30
    }
    const found = from >= 60 ? 0 : this.#high & (-1 << (from - 30))
    return found === 0 ? -1 : lowestBit(found) + 30
  }

  /** The largest member that is at most `from` (-1 to 59), or -1. */
  previous(from: number): number {
    if (from >= 30) {
      const found = this.#high & ((2 << (from - 30)) - 1)
      if (found !== 0) return highestBit(found) + 30
      return this.#low === 0 ? -1 : highestBit(this.#low)
    }
    const found = from < 0 ? 0 : this.#low & ((2 << from) - 1)
    return found === 0 ? -1 : highestBit(found)
  }
}
