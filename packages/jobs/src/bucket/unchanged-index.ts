/**
 * The index of unchanged records: the records known to match the code's definitions, so that the next start need not
 * read them.
 *
 * **Content.** `defined/<sections>.<part>.json` holds an entry for each job of a set of definitions: the ETag of a
 * record that some instance read or wrote and found plain ({@link isPlain}), and the instant from which the job's ticks
 * count. A plain record is defined as in this code, active, without an override, without a run whose end is missing in
 * the history, and not part of a chain. Such a record says nothing beyond the code except that instant and its
 * statistics.
 *
 * **Trust in an entry.** An entry is about a record's content, identified by its ETag, and not about a time. An entry
 * once true stays true: the writer, the time of the write and the overwritten content do not matter, so a
 * compare-and-swap is not needed. A start lists the records anyway; a listed ETag equal to the entry's proves the
 * record's content. Every change of the record, by a claim, an operator, another version of the code or a restoration,
 * changes the ETag, and the record is read. No clock is involved.
 *
 * **Use of an entry.** A job in the index is planned, and its definition is not written again. Before every claim the
 * record is read, and the claim is decided on the record. So a forged index makes an instance read a record too early
 * or too late, but can't make a tick start twice, or by a schedule that is not in force.
 *
 * **Sections** of about 64 jobs each carry a digest of their jobs and definitions. Two versions of the code share the
 * sections without a difference. An index that is missing, cut off, or from other code has no valid entries.
 */
import { createHash } from 'node:crypto'
import { messageOf, type Clock, type Logger, type Random } from '@s3sched/kernel'
import { readDocument, StoreError, writeDocument, type Fields, type ObjectStore } from '@s3sched/store'
import type { JobRecord } from '../record/job-record.ts'
import type { LocalJob } from '../definition/local-job.ts'
import { IndexSections } from './index-sections.ts'
import { ENTRY_WIDTH, readIndexEntry, indexEntry, type VouchedRecord } from './index-text.ts'

/**
 * Looks a listed record up in the index: the instant from which the job's ticks count, or `undefined` if the record
 * must be read.
 */
export type Vouch = (name: string, etag: string) => number | undefined

export interface UnchangedIndexDeps {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly localJobs: ReadonlyMap<string, LocalJob>
  /** The index entry of a job, if this instance knows that the job's record matches the code. */
  readonly vouched: (name: string) => VouchedRecord | undefined
}

const PREFIX = 'defined/'
/** The most sections handled in one turn of the event loop: some thousands of jobs. */
const SECTIONS_PER_TURN = 64
/** A stopping instance does not wait longer for the store, in ms: the index only saves reads. */
const WRITE_MS = 3000

export class UnchangedIndex {
  readonly #deps: UnchangedIndexDeps
  /** The last known content of every part: an unchanged part is not written. */
  readonly #known = new Map<string, string>()

  constructor(deps: UnchangedIndexDeps) {
    this.#deps = deps
  }

  /**
   * Reads the index for this instance's jobs: at most 1 GET per 32,000 jobs. A part that can't be read has no entries.
   */
  async read(): Promise<Vouch> {
    const { clock } = this.#deps
    const sections = await this.#sections()
    const texts: string[] = []
    for (let part = 0; part < sections.parts; part++) {
      const told = await this.#readPart(keyOf(sections, part))
      for (const [index, section] of sections.ofPart(part).entries()) {
        const text = told?.texts[index] ?? ''
        const isWhole = text.length === sections.names(section).length * ENTRY_WIDTH
        texts[section] = isWhole && told?.digests[index] === sections.digest(section) ? text : ''
        if (index % SECTIONS_PER_TURN === 0) await clock.sleep(0)
      }
    }
    return (name, etag) => {
      const section = sections.sectionOf(name)
      const index = sections.indexOf(section, name)
      return index === undefined ? undefined : readIndexEntry(texts[section] ?? '', index, etag)
    }
  }

  /** Writes the parts whose content changed: at most 1 PUT per part. Never rejects. */
  async write(): Promise<void> {
    const { clock, vouched } = this.#deps
    const sections = await this.#sections()
    for (let part = 0; part < sections.parts; part++) {
      const digests: string[] = []
      const texts: string[] = []
      for (const [index, section] of sections.ofPart(part).entries()) {
        digests.push(sections.digest(section))
        texts.push(
          sections
            .names(section)
            .map((name) => indexEntry(vouched(name)))
            .join(''),
        )
        if (index % SECTIONS_PER_TURN === 0) await clock.sleep(0)
      }
      await this.#writePart(keyOf(sections, part), { digests, texts })
    }
  }

  #sections(): Promise<IndexSections> {
    const { clock, localJobs } = this.#deps
    return IndexSections.of(localJobs, () => clock.sleep(0))
  }

  async #readPart(key: string): Promise<IndexPart | undefined> {
    const { logger, store } = this.#deps
    try {
      const read = await readDocument(store, key)
      const part = read.outcome === 'found' ? readPart(read.fields) : undefined
      if (part === undefined) this.#known.delete(key)
      else this.#known.set(key, fingerprint(part))
      return part
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      logger.warn(`'${key}' could not be read, so more records are: ${messageOf(error)}`, { error })
      return undefined
    }
  }

  async #writePart(key: string, part: IndexPart): Promise<void> {
    const { logger, random, store } = this.#deps
    const says = fingerprint(part)
    if (this.#known.get(key) === says) return
    try {
      await writeDocument(store, key, { ...part }, random.id(), { timeoutMs: WRITE_MS })
      this.#known.set(key, says)
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      logger.warn(`'${key}' could not be written, so the next start reads more records: ${messageOf(error)}`, { error })
    }
  }
}

/** True for a record that matches the code and has nothing to resolve. */
export function isPlain(record: JobRecord, { hash, spec }: LocalJob): boolean {
  // Identity suffices for the specification: equal specifications are shared with the code by `compactRecord`.
  const isDefined = record.hash === hash && record.spec === spec
  const isUntouched = record.override === null && record.orphanedAt === null && !record.paused && !record.removed
  return isDefined && isUntouched && record.running.length === 0 && spec.after.length === 0
}

interface IndexPart {
  readonly digests: readonly string[]
  readonly texts: readonly string[]
}

function readPart({ digests, texts }: Fields): IndexPart | undefined {
  return isStrings(digests) && isStrings(texts) ? { digests, texts } : undefined
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

function fingerprint({ digests, texts }: IndexPart): string {
  return createHash('sha256')
    .update(JSON.stringify([digests, texts]))
    .digest('base64url')
}

function keyOf(sections: IndexSections, part: number): string {
  return `${PREFIX}${sections.count}.${part}.json`
}
