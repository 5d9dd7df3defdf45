import { createHash } from 'node:crypto'
import type { LocalJob } from './local-job.ts'
import { hash53 } from './roll-text.ts'

/** About this many jobs stand or fall together when one of them is defined otherwise. */
const JOBS_PER_SECTION = 64
/** About 0.6 MB: an object that is read and written in one turn of the event loop. */
const SECTIONS_PER_PART = 512
/** How many jobs are put in their sections in one turn of the event loop. */
const SORTED_PER_TURN = 8192

/** The jobs of this instance in the order of the roll: by sections, which follow from their names, and in each by name. */
export class RollSections {
  /** How many sections there are; a power of two, so that a job more does not move all the others. */
  readonly count: number
  readonly parts: number
  readonly #names: string[][]
  readonly #jobs: ReadonlyMap<string, LocalJob>

  private constructor(jobs: ReadonlyMap<string, LocalJob>) {
    this.#jobs = jobs
    this.count = 2 ** Math.max(0, Math.ceil(Math.log2(jobs.size / JOBS_PER_SECTION)))
    this.parts = Math.ceil(this.count / SECTIONS_PER_PART)
    this.#names = Array.from({ length: this.count }, () => [])
  }

  /** @param turn - resolves in a later turn of the event loop */
  static async of(jobs: ReadonlyMap<string, LocalJob>, turn: () => Promise<void>): Promise<RollSections> {
    const sections = new RollSections(jobs)
    let sorted = 0
    for (const name of jobs.keys()) {
      sections.#names[sections.sectionOf(name)]?.push(name)
      if (++sorted % SORTED_PER_TURN === 0) await turn()
    }
    return sections
  }

  sectionOf(name: string): number {
    return hash53(name) % this.count
  }

  /** The sections of one part, with their jobs in order. To be called before these are asked for. */
  ofPart(part: number): number[] {
    const first = part * SECTIONS_PER_PART
    const own = Array.from({ length: Math.min(SECTIONS_PER_PART, this.count - first) }, (_, index) => first + index)
    for (const section of own) this.#names[section]?.sort()
    return own
  }

  names(section: number): readonly string[] {
    return this.#names[section] ?? []
  }

  /** The place of a job in its section; `undefined` when it is not among them. */
  indexOf(section: number, name: string): number | undefined {
    const names = this.names(section)
    let [low, high] = [0, names.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((names[middle] ?? name) < name) low = middle + 1
      else high = middle
    }
    return names[low] === name ? low : undefined
  }

  /** Equal where the same jobs are defined in the same way. */
  digest(section: number): string {
    const hash = createHash('sha256')
    for (const name of this.names(section)) hash.update(`${name}\n${this.#jobs.get(name)?.hash ?? ''}\n`)
    return hash.digest('base64url').slice(0, 16)
  }
}
