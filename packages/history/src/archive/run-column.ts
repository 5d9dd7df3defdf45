/** One column of a table in memory. An empty cell takes no more than its place, and is `null`. */
export interface RunColumn {
  get(row: number): string | number | null
  set(row: number, value: string | number): void
}

/** The rows of a part: a column grows by parts, since a larger list would be copied and hold unused places. */
const PART_BITS = 12
const PART_ROWS = 2 ** PART_BITS
const IN_PART = PART_ROWS - 1

/** Safe integers, 8 bytes each: boxed numbers in a list would take three times as much, and keep the collector busy. */
export class NumberColumn implements RunColumn {
  readonly #parts: Float64Array[] = []

  get(row: number): number | null {
    const value = this.#parts[row >>> PART_BITS]?.[row & IN_PART] ?? NaN
    return Number.isNaN(value) ? null : value
  }

  set(row: number, value: number): void {
    const part = (this.#parts[row >>> PART_BITS] ??= new Float64Array(PART_ROWS).fill(NaN))
    part[row & IN_PART] = value
  }
}

/** Texts that many rows share: one copy of each, and 4 bytes for each row. */
export class SharedTextColumn implements RunColumn {
  /** 0 stands for an empty cell. */
  readonly #parts: Uint32Array[] = []
  readonly #texts: (string | null)[] = [null]
  readonly #codeOf = new Map<string, number>()

  get(row: number): string | null {
    return this.#texts[this.#parts[row >>> PART_BITS]?.[row & IN_PART] ?? 0] ?? null
  }

  set(row: number, value: string): void {
    let code = this.#codeOf.get(value)
    if (code === undefined) {
      code = this.#texts.push(value) - 1
      this.#codeOf.set(value, code)
    }
    const part = (this.#parts[row >>> PART_BITS] ??= new Uint32Array(PART_ROWS))
    part[row & IN_PART] = code
  }
}

/** Texts of their own. */
export class TextColumn implements RunColumn {
  readonly #parts: (string | null)[][] = []

  get(row: number): string | null {
    return this.#parts[row >>> PART_BITS]?.[row & IN_PART] ?? null
  }

  set(row: number, value: string): void {
    const part = (this.#parts[row >>> PART_BITS] ??= Array.from({ length: PART_ROWS }, () => null))
    part[row & IN_PART] = value
  }
}
