import { readToken } from './json-token.ts'
import { hashKey, KeyTable, type KeyList } from './key-table.ts'
import { BETWEEN, LineBytes } from './line-bytes.ts'
import { endOfKey, hashOfLine, isKeyAt, keyOf, lineOf, RecordLine } from './record-line.ts'

const COMMA = 0x2c
const LINE_BREAK = 0x0a
/** Texts of changed records are kept for so many commits. */
const TEXTS_FOR = 16

/** Grows with each record that was read or changed. */
let lastMark = 0

interface Lines {
  readonly lines: LineBytes
  readonly starts: Uint32Array
  readonly marks: Float64Array
  readonly table: KeyTable
}

/** The JSON of records that were changed lately, by place: they are asked for more often than the others. */
interface Recent {
  readonly texts: readonly (string | undefined)[]
  /** The number of commits with these texts. */
  readonly commits: number
}

const NOTHING_RECENT: Recent = { texts: [], commits: 0 }

/**
 * The records of a page, by key, in the order of the page. Never changed in place: {@link PageRecords.changed} gives the
 * next state.
 *
 * The records are kept as the bytes of their lines, `"key":{…}`, as they stand in the page's object. A commit of one
 * record among hundreds copies these bytes, and makes no text for the records that stay. Bytes lie outside of V8's heap:
 * the records of 100,000 jobs are nothing that a garbage collection has to move. All states with the same keys share one
 * table of places.
 */
export class PageRecords implements KeyList {
  /** @param records - the JSON of each record, by key */
  static of(records: Iterable<readonly [key: string, text: string]>): PageRecords {
    return PageRecords.ofLines([...records].map(([key, text]) => [key, lineOf(key, text)]))
  }

  /** @param lines - the line of each record, by key; the last of several for one key counts */
  static ofLines(lines: Iterable<readonly [key: string, line: string]>): PageRecords {
    const byKey = new Map(lines)
    const hashes = Uint32Array.from([...byKey.keys()].map((key) => hashKey(key)))
    const list = [...byKey.values()]
    const starts = new Uint32Array(list.length + 1)
    list.forEach((line, place) => (starts[place + 1] = (starts[place] ?? 0) + Buffer.byteLength(line) + BETWEEN.length))
    return new PageRecords({
      lines: LineBytes.of(Buffer.from(list.join(BETWEEN))),
      starts,
      marks: newMarks(list.length),
      table: new KeyTable(hashes),
    })
  }

  /**
   * Reads lines out of the bytes of a page's object. The bytes stay in memory.
   * @returns `undefined` where a line does not begin with a key
   */
  static read(bytes: Buffer): PageRecords | undefined {
    const starts: number[] = [0]
    const hashes: number[] = []
    let isRegular = true
    for (let from = 0; from < bytes.length;) {
      const found = bytes.indexOf(LINE_BREAK, from)
      const end = found === -1 ? bytes.length : found
      const hash = hashOfLine(bytes, from, end)
      if (hash === undefined) return undefined
      hashes.push(hash)
      // Another program may have left a comma out, or added one.
      isRegular &&= (bytes[end - 1] === COMMA) === (found !== -1)
      from = found === -1 ? end + BETWEEN.length : end + 1
      starts.push(from)
    }
    const table = new KeyTable(Uint32Array.from(hashes))
    const records = new PageRecords({
      lines: LineBytes.of(bytes),
      starts: Uint32Array.from(starts),
      marks: newMarks(hashes.length),
      table,
    })
    return isRegular && !records.#hasTwins() ? records : PageRecords.ofLines(readLines(bytes))
  }

  /** With a comma and a line break between the lines. */
  readonly lines: LineBytes
  /** The start of each line, and the start of a line after the last one. */
  readonly #starts: Uint32Array
  readonly #marks: Float64Array
  readonly #table: KeyTable
  readonly #recent: Recent

  private constructor({ lines, marks, starts, table }: Lines, recent: Recent = NOTHING_RECENT) {
    this.lines = lines
    this.#starts = starts
    this.#marks = marks
    this.#table = table
    this.#recent = recent
  }

  get size(): number {
    return this.#table.size
  }

  /** The length of all lines, in bytes. */
  get length(): number {
    return this.lines.length - BETWEEN.length * Math.max(0, this.size - 1)
  }

  has(key: string): boolean {
    return this.#table.find(key, this) >= 0
  }

  /** The JSON of a record. */
  get(key: string): string | undefined {
    const place = this.#table.find(key, this)
    return place < 0 ? undefined : this.#textAt(place)
  }

  /** A number that no other state of the record, and no other record, has in this process. */
  mark(key: string): number | undefined {
    const place = this.#table.find(key, this)
    return place < 0 ? undefined : this.#marks[place]
  }

  *keys(): Generator<string, undefined> {
    for (let place = 0; place < this.size; place++) yield this.#keyAt(place)
  }

  *[Symbol.iterator](): Generator<[key: string, text: string], undefined> {
    for (let place = 0; place < this.size; place++) yield [this.#keyAt(place), this.#textAt(place)]
  }

  isKeyAt(place: number, key: string): boolean {
    return isKeyAt(this.lines.bytes, this.#startOf(place), this.#endOf(place), key)
  }

  /** The next state. @param changes - each changed record, `undefined` for a removed one */
  changed(changes: ReadonlyMap<string, { readonly text: string } | undefined>): PageRecords {
    const { commits, texts: before } = this.#recent
    const isOld = commits >= TEXTS_FOR
    const texts = isOld ? [] : [...before]
    const lines = new Map<number, RecordLine>()
    const added: string[] = []
    for (const [key, changed] of changes) {
      if (changed === undefined) return this.#without(changes)
      let place = this.#table.find(key, this)
      if (place < 0) place = this.size + added.push(key) - 1
      lines.set(place, new RecordLine(key, changed.text))
      while (texts.length < place) texts.push(undefined)
      texts[place] = changed.text
    }
    const table = added.length === 0 ? this.#table : this.#table.with(added)
    const starts = this.#startsWith(lines, table.size)
    const end = Math.max(0, (starts[table.size] ?? 0) - BETWEEN.length)
    const written = LineBytes.later(end, (bytes) => this.#write(bytes, lines, starts))
    const marks = new Float64Array(table.size)
    marks.set(this.#marks)
    for (const place of lines.keys()) marks[place] = ++lastMark
    return new PageRecords({ lines: written, starts, marks, table }, { texts, commits: isOld ? 1 : commits + 1 })
  }

  #startsWith(lines: ReadonlyMap<number, RecordLine>, size: number): Uint32Array {
    const starts = new Uint32Array(size + 1)
    for (let place = 0; place < size; place++) {
      const line = lines.get(place)
      const length = line === undefined ? this.#startOf(place + 1) - this.#startOf(place) : line.length + BETWEEN.length
      starts[place + 1] = (starts[place] ?? 0) + length
    }
    return starts
  }

  /** Writes the records with other lines at some places. */
  #write(bytes: Buffer, lines: ReadonlyMap<number, RecordLine>, starts: Uint32Array): void {
    const before = this.lines.bytes
    let kept = 0
    const keepUntil = (place: number): void => {
      if (kept < place) before.copy(bytes, starts[kept] ?? 0, this.#startOf(kept), this.#startOf(place))
    }
    for (const place of [...lines.keys()].toSorted((a, b) => a - b)) {
      keepUntil(Math.min(place, this.size))
      const at = starts[place] ?? 0
      // The last line before added ones has got a successor.
      if (at > 0) bytes.write(BETWEEN, at - BETWEEN.length)
      const after = lines.get(place)?.writeTo(bytes, at) ?? at
      if (after < bytes.length) bytes.write(BETWEEN, after)
      kept = place + 1
    }
    keepUntil(this.size)
  }

  #without(changes: ReadonlyMap<string, { readonly text: string } | undefined>): PageRecords {
    const left = new Map(this)
    for (const [key, changed] of changes) {
      if (changed === undefined) left.delete(key)
      else left.set(key, changed.text)
    }
    return PageRecords.of(left)
  }

  /** The keys whose records are new, gone, or not as in an earlier state. */
  differences(past: PageRecords): string[] {
    const keys: string[] = []
    const isSameTable = past.#table === this.#table
    for (let place = 0; place < this.size; place++) {
      const before = isSameTable ? place : past.#table.find(this.#keyAt(place), past)
      if (before < 0 || !this.#isSameLine(place, past, before)) keys.push(this.#keyAt(place))
    }
    if (!isSameTable) for (const key of past.keys()) if (!this.has(key)) keys.push(key)
    return keys
  }

  #isSameLine(place: number, past: PageRecords, before: number): boolean {
    if (this.#marks[place] === past.#marks[before]) return true
    const [from, end] = [this.#startOf(place), this.#endOf(place)]
    return this.lines.bytes.compare(past.lines.bytes, past.#startOf(before), past.#endOf(before), from, end) === 0
  }

  #startOf(place: number): number {
    return this.#starts[place] ?? 0
  }

  #endOf(place: number): number {
    return this.#startOf(place + 1) - BETWEEN.length
  }

  #keyAt(place: number): string {
    return keyOf(this.lines.bytes, this.#startOf(place), this.#endOf(place)) ?? ''
  }

  #textAt(place: number): string {
    const known = this.#recent.texts[place]
    if (known !== undefined) return known
    const end = this.#endOf(place)
    return this.lines.bytes.toString('utf8', endOfKey(this.lines.bytes, this.#startOf(place), end) + 1, end)
  }

  /** True if a key stands in two lines: then the first one is found in both places. */
  #hasTwins(): boolean {
    if (!this.#table.hasEqualHashes) return false
    for (let place = 0; place < this.size; place++) {
      if (this.#table.find(this.#keyAt(place), this) !== place) return true
    }
    return false
  }
}

function newMarks(size: number): Float64Array {
  return Float64Array.from({ length: size }, () => ++lastMark)
}

function readLines(bytes: Buffer): [key: string, line: string][] {
  return bytes
    .toString()
    .split('\n')
    .map((text) => {
      const line = text.endsWith(',') ? text.slice(0, -1) : text
      return [readToken(line, 0)?.text ?? '', line]
    })
}
