import { createHash } from 'node:crypto'
import type { LocalJob } from '../definition/local-job.ts'
import { hash53 } from './index-text.ts'

/** The approximate number of jobs per section; a changed definition invalidates the whole section. */
const JOBS_PER_SECTION = 64
/** About 0.6 MB per part: an object of this size is read and written in one turn of the event loop. */
const SECTIONS_PER_PART = 512
/** The most jobs sorted into sections in one turn of the event loop. */
const SORTED_PER_TURN = 8192

/** The jobs of this instance in the order of the index: by section, a hash of the name, then by name. */
export class IndexSections {
  /** The number of sections; a power of two, so that an additional job rarely moves all the others. */
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
  static async of(jobs: ReadonlyMap<string, LocalJob>, turn: () => Promise<void>): Promise<IndexSections> {
    const sections = new IndexSections(jobs)
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

  /** The sections of a part, after sorting their jobs. Must be called before the jobs of these sections are read. */
  ofPart(part: number): number[] {
    const first = part * SECTIONS_PER_PART
    const own = Array.from({ length: Math.min(SECTIONS_PER_PART, this.count - first) }, (_, index) => first + index)
    for (const section of own) this.#names[section]?.sort()
    return own
  }

  names(section: number): readonly string[] {
    return this.#names[section] ?? []
  }

  /** The place of a job in its section; `undefined` for an unknown job. */
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

  /** Equal for equal sets of jobs with equal definitions. */
  digest(section: number): string {
    const hash = createHash('sha256')
    for (const name of this.names(section)) hash.update(`${name}\n${this.#jobs.get(name)?.hash ?? ''}\n`)
    return hash.digest('base64url').slice(0, 16)
  }
}
