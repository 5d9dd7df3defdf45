/**
 * The attention of people, in `attention.json`: how long somebody looks on, and at which open runs.
 *
 * Live reports and fast answers cost requests, so the fleet spends them only while somebody looks. A viewer writes its
 * wish for a minute and bumps the change marker; whoever watches the marker then reads the wish, looks every second, and
 * publishes the reports of the named runs. A viewer goes away without a farewell: the wish expires.
 *
 * Viewers write by compare-and-swap, so that no viewer drops the runs of another. A wish that is lost all the same only
 * makes the page slow again: nothing here takes part in the scheduling.
 */
import type { Random } from '@s3sched/kernel'
import { encodeDocument, readDocument, type ObjectStore, type ServerClock } from '@s3sched/store'
import type { ChangeMarker } from './change-marker.ts'

/** A wish holds for so long, in ms. */
export const ATTENTION_MS = 60_000
/** A viewer repeats its wish when less than this is left, in ms. */
const REPEAT_MS = 30_000
const KEY = 'attention.json'
const TRIES = 4

export interface AttentionDeps {
  readonly store: ObjectStore
  readonly random: Random
  readonly serverClock: ServerClock
  readonly marker: Pick<ChangeMarker, 'bump'>
}

/** The wishes of all viewers. Instants are epoch ms of the shared clock. */
export interface Attended {
  readonly until: number
  /** The end of the wish for each run. */
  readonly runs: Readonly<Record<string, number>>
}

const NOBODY: Attended = { until: 0, runs: {} }

interface Known {
  readonly attended: Attended
  readonly etag: string | undefined
}

/** The knowledge of this process of whether somebody looks at runs; see `attention.json` in the bucket. */
export class Attention {
  readonly #deps: AttentionDeps
  #known: Known = { attended: NOBODY, etag: undefined }

  constructor(deps: AttentionDeps) {
    this.#deps = deps
  }

  /** The wishes as last read; expired wishes are left out. */
  get attended(): Attended {
    return withoutExpired(this.#known.attended, this.#deps.serverClock.sharedNow())
  }

  /** Reads the wishes: 1 GET, conditional after the first. */
  async read(signal?: AbortSignal): Promise<Attended> {
    const { etag } = this.#known
    const read = await readDocument(this.#deps.store, KEY, { ifNoneMatch: etag, signal })
    if (read.outcome === 'found') this.#known = { attended: attendedIn(read.fields), etag: read.etag }
    // An unreadable object is no wish; the next viewer writes the object anew.
    else if (read.outcome !== 'unchanged')
      this.#known = { attended: NOBODY, etag: 'etag' in read ? read.etag : undefined }
    return this.attended
  }

  /**
   * Says for a minute that somebody looks on, and at which runs: 1 GET and 2 PUT; no request where this viewer has said
   * so within half a minute.
   */
  async ask(runs: readonly string[] = []): Promise<void> {
    if (this.#isAsked(runs)) return
    const { marker, random, serverClock, store } = this.#deps
    for (let tries = 0; tries < TRIES; tries++) {
      const before = await this.read()
      const now = serverClock.sharedNow()
      const until = now + ATTENTION_MS
      const attended = { until, runs: { ...before.runs, ...Object.fromEntries(runs.map((runId) => [runId, until])) } }
      const { etag } = this.#known
      const condition = etag === undefined ? ({ ifAbsent: true } as const) : { ifMatch: etag }
      const put = await store.put(KEY, encodeDocument({ ...attended }, random.id()), { condition })
      if (put.outcome !== 'written') continue
      this.#known = { attended, etag: put.etag }
      // Instances that know of a viewer read the wishes by themselves.
      if (before.until <= now || runs.some((runId) => before.runs[runId] === undefined)) await marker.bump()
      return
    }
  }

  #isAsked(runs: readonly string[]): boolean {
    const { attended } = this
    const enough = this.#deps.serverClock.sharedNow() + REPEAT_MS
    return attended.until >= enough && runs.every((runId) => (attended.runs[runId] ?? 0) >= enough)
  }
}

function attendedIn({ runs, until }: Readonly<Record<string, unknown>>): Attended {
  const entries = typeof runs === 'object' && runs !== null ? Object.entries(runs) : []
  const known = entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number')
  return { until: typeof until === 'number' ? until : 0, runs: Object.fromEntries(known) }
}

function withoutExpired({ runs, until }: Attended, now: number): Attended {
  return { until, runs: Object.fromEntries(Object.entries(runs).filter(([, end]) => end > now)) }
}
