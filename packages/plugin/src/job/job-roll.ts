/**
 * The roll: which records were found to define their jobs as the code does, so that the next start reads none of them.
 *
 * **What it says.** `defined/<sections>.<part>.json` holds, for each job of a set of definitions, the ETag of a record that
 * somebody read or wrote and found plain ({@link isPlain}): defined as this code defines it, active, changed by no operator, with no run
 * open whose end is not in the history, in no chain; and from when on its ticks count. All that such a record says beyond the code is
 * that instant, and what was folded into its statistics.
 *
 * **Why it can be believed.** It speaks of a record's content, which its ETag stands for, and not of a time. It was true when it was
 * written and remains so, whoever writes it, however late, over whatever else: there is nothing to be compared and swapped. A start lists
 * the records anyway; where the list shows the ETag of the roll, the record is that one. Any change of it, by a claim, an operator, another
 * version of the code or a restoration, is another ETag, and the record is read. No clock is asked.
 *
 * **What rests on it.** A job that the roll vouches for is planned and its definition is not written again. Before anything is claimed its
 * record is read, and the claim is decided on that. So a roll that somebody forged costs a look too early or too late, and can't make a tick start
 * twice or by a schedule that is not in force.
 *
 * **Sections** of about 64 jobs each carry a digest of their jobs and definitions; two versions of the code share those in which nothing
 * differs, and a roll that is missing, cut off, or of other code vouches for nothing.
 */
import { createHash } from 'node:crypto'
import { messageOf, type Clock, type Logger, type Random } from '@s3sched/kernel'
import { readDocument, StoreError, writeDocument, type Fields, type ObjectStore } from '@s3sched/store'
import type { JobRecord } from './job-record.ts'
import type { LocalJob } from './local-job.ts'
import { RollSections } from './roll-sections.ts'
import { ENTRY_WIDTH, readRollEntry, rollEntry } from './roll-text.ts'

/** A record that is as the code defines its job. */
export interface VouchedRecord {
  /** `hash53` of its ETag. */
  readonly etagHash: number
  /** None of its ticks at or before this instant counts any more; epoch ms. */
  readonly from: number
}

/** From when on the ticks of a job count, if its record is known by its ETag to be as the code defines it. */
export type Vouch = (name: string, etag: string) => number | undefined

export interface JobRollDeps {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly localJobs: ReadonlyMap<string, LocalJob>
  /** What this instance knows of a job's record, when that is as the code defines it. */
  readonly vouched: (name: string) => VouchedRecord | undefined
}

const PREFIX = 'defined/'
/** How many sections are looked through in one turn of the event loop: some thousands of jobs. */
const SECTIONS_PER_TURN = 64
/** A store that is slow when an instance stops is not waited for: the roll only saves reading. */
const WRITE_MS = 3000

export class JobRoll {
  readonly #deps: JobRollDeps
  /** What each part says as far as this instance knows, so that it is written only when it would say something else. */
  readonly #known = new Map<string, string>()

  constructor(deps: JobRollDeps) {
    this.#deps = deps
  }

  /** Reads the roll of this instance's jobs: 1 GET per 32,000 of them at most. Where that fails it vouches for nothing. */
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
      return index === undefined ? undefined : readRollEntry(texts[section] ?? '', index, etag)
    }
  }

  /** Writes what this instance knows, where it is something else than what stands there: 1 PUT per part at most. Never rejects. */
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
            .map((name) => rollEntry(vouched(name)))
            .join(''),
        )
        if (index % SECTIONS_PER_TURN === 0) await clock.sleep(0)
      }
      await this.#writePart(keyOf(sections, part), { digests, texts })
    }
  }

  #sections(): Promise<RollSections> {
    const { clock, localJobs } = this.#deps
    return RollSections.of(localJobs, () => clock.sleep(0))
  }

  async #readPart(key: string): Promise<RollPart | undefined> {
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

  async #writePart(key: string, part: RollPart): Promise<void> {
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

/** Whether a record says of its job what the code says, and leaves nothing to be resolved. */
export function isPlain(record: JobRecord, { hash, spec }: LocalJob): boolean {
  // The very same specification: whoever keeps a record shares it with the code where it is equal.
  const isDefined = record.hash === hash && record.spec === spec
  const isUntouched = record.override === null && record.orphanedAt === null && !record.paused && !record.removed
  return isDefined && isUntouched && record.running.length === 0 && spec.after.length === 0
}

interface RollPart {
  readonly digests: readonly string[]
  readonly texts: readonly string[]
}

function readPart({ digests, texts }: Fields): RollPart | undefined {
  return isStrings(digests) && isStrings(texts) ? { digests, texts } : undefined
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

function fingerprint({ digests, texts }: RollPart): string {
  return createHash('sha256')
    .update(JSON.stringify([digests, texts]))
    .digest('base64url')
}

function keyOf(sections: RollSections, part: number): string {
  return `${PREFIX}${sections.count}.${part}.json`
}
