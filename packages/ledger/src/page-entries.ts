import { BETWEEN, LineBytes } from './line-bytes.ts'

/** An appended entry: opaque to the ledger, and with an id, so that no entry is appended twice. */
export interface PageEntry {
  readonly id: string
  /** The key of the record beside the entry; a split puts both into the same child. */
  readonly key: string
  /** JSON. */
  readonly text: string
}

/** The entries of several states of a page, in the order of their ids' first appearance. Only ever grows. */
interface Shared {
  readonly list: PageEntry[]
  /** By id. */
  readonly places: Map<string, number>
}

/**
 * The entries of a page by id, oldest first. Never changed in place: {@link PageEntries.changed} gives the next state.
 *
 * The page of a busy job has hundreds of entries, and one more with each commit. So the states of a page share one list,
 * of which each state sees the first {@link PageEntries.size}, and each state has the bytes of its lines, which are those
 * of the state before and a new line. A state that drops entries begins a list of its own.
 */
export class PageEntries {
  static readonly NONE: PageEntries = PageEntries.of([])

  /**
   * @param entries - the last of several with one id counts
   * @param bytes - the lines of these entries, if they are at hand
   */
  static of(entries: readonly PageEntry[], bytes?: Buffer): PageEntries {
    const byId = new Map<string, PageEntry>()
    for (const entry of entries) byId.set(entry.id, entry)
    const list = [...byId.values()]
    const places = new Map(list.map(({ id }, place) => [id, place]))
    const isWhole = bytes !== undefined && list.length === entries.length
    const lines = isWhole ? bytes : Buffer.from(list.map((entry) => lineOf(entry)).join(BETWEEN))
    return new PageEntries({ list, places }, list.length, LineBytes.of(lines))
  }

  readonly size: number
  /** With a comma and a line break between the lines. */
  readonly lines: LineBytes
  readonly #shared: Shared

  private constructor(shared: Shared, size: number, lines: LineBytes) {
    this.#shared = shared
    this.size = size
    this.lines = lines
  }

  has(id: string): boolean {
    return (this.#shared.places.get(id) ?? Infinity) < this.size
  }

  *[Symbol.iterator](): Generator<PageEntry, undefined> {
    const { list } = this.#shared
    for (let place = 0; place < this.size; place++) {
      const entry = list[place]
      if (entry !== undefined) yield entry
    }
  }

  /**
   * The next state.
   * @param appended - with ids that no entry has, apart from dropped ones
   */
  changed(appended: Iterable<PageEntry>, dropped: ReadonlySet<string>): PageEntries {
    if (dropped.size > 0) return PageEntries.of([...[...this].filter(({ id }) => !dropped.has(id)), ...appended])
    const { list, places } = this.#isLatest() ? this.#shared : this.#copy()
    const lines: string[] = []
    for (const entry of appended) {
      places.set(entry.id, list.length)
      list.push(entry)
      lines.push(lineOf(entry))
    }
    if (lines.length === 0) return this
    return new PageEntries({ list, places }, list.length, joined(this.lines, lines))
  }

  /** True unless another next state has been made of this state, which was then not written. */
  #isLatest(): boolean {
    return this.#shared.list.length === this.size
  }

  #copy(): Shared {
    const list = [...this]
    return { list, places: new Map(list.map(({ id }, place) => [id, place])) }
  }
}

function lineOf({ id, key, text }: PageEntry): string {
  return `[${JSON.stringify(id)},${JSON.stringify(key)},${text}]`
}

function joined(before: LineBytes, lines: readonly string[]): LineBytes {
  // A join makes a flat text; a text made of parts would be copied once more, to be measured.
  const text = (before.length === 0 ? lines : ['', ...lines]).join(BETWEEN)
  return LineBytes.later(before.length + Buffer.byteLength(text), (bytes) => {
    before.bytes.copy(bytes)
    bytes.write(text, before.length)
  })
}
