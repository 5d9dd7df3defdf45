import { readToken } from './json-token.ts'

/**
 * The records of a page, by key, in the order of the page. Never changed in place: {@link PageRecords.changed} gives the
 * next state.
 *
 * A record is kept as its line in the page's object, `"key":{…}`. A commit of one record among hundreds copies a list of
 * references, and then the text of the page; nothing else is done for the records that stay. All states with the same
 * keys share one map of places.
 */
export class PageRecords {
  /** @param records - the JSON of each record, by key */
  static of(records: Iterable<readonly [key: string, text: string]>): PageRecords {
    return PageRecords.ofLines([...records].map(([key, text]) => [key, lineOf(key, text)]))
  }

  /** @param lines - the line of each record, by key; the last of several for one key counts */
  static ofLines(lines: Iterable<readonly [key: string, line: string]>): PageRecords {
    const places = new Map<string, number>()
    const list: string[] = []
    for (const [key, line] of lines) {
      const place = places.get(key) ?? places.size
      places.set(key, place)
      list[place] = line
    }
    return new PageRecords(places, list)
  }

  /** The lines, without the commas between them. */
  readonly lines: readonly string[]
  readonly #places: ReadonlyMap<string, number>
  /** The JSON of the records that were changed since the page was read: a line would have to be cut at each look. */
  readonly #texts: readonly (string | undefined)[] | undefined

  private constructor(
    places: ReadonlyMap<string, number>,
    lines: readonly string[],
    texts?: readonly (string | undefined)[],
  ) {
    this.#places = places
    this.lines = lines
    this.#texts = texts
  }

  get size(): number {
    return this.lines.length
  }

  has(key: string): boolean {
    return this.#places.has(key)
  }

  /** The JSON of a record. */
  get(key: string): string | undefined {
    const place = this.#places.get(key)
    return place === undefined ? undefined : this.#textAt(place, key)
  }

  keys(): Iterable<string> {
    return this.#places.keys()
  }

  *[Symbol.iterator](): Generator<[key: string, text: string], undefined> {
    for (const [key, place] of this.#places) yield [key, this.#textAt(place, key)]
  }

  /** The next state. @param changes - each changed record, `undefined` for a removed one */
  changed(changes: ReadonlyMap<string, { readonly text: string } | undefined>): PageRecords {
    for (const changed of changes.values()) if (changed === undefined) return this.#without(changes)
    const lines = [...this.lines]
    const texts = this.#texts === undefined ? Array.from<undefined>({ length: lines.length }) : [...this.#texts]
    let places = this.#places as Map<string, number>
    for (const [key, changed] of changes) {
      let place = places.get(key)
      if (place === undefined) {
        place = lines.length
        if (places === this.#places) places = new Map(places)
        places.set(key, place)
      }
      lines[place] = lineOf(key, changed?.text ?? '')
      texts[place] = changed?.text
    }
    return new PageRecords(places, lines, texts)
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
    for (const [key, place] of this.#places) if (this.lines[place] !== past.#line(key)) keys.push(key)
    if (past.#places !== this.#places) for (const key of past.keys()) if (!this.has(key)) keys.push(key)
    return keys
  }

  #textAt(place: number, key: string): string {
    return this.#texts?.[place] ?? textIn(this.lines[place] ?? '', key)
  }

  #line(key: string): string | undefined {
    const place = this.#places.get(key)
    return place === undefined ? undefined : this.lines[place]
  }
}

function lineOf(key: string, text: string): string {
  return `${JSON.stringify(key)}:${text}`
}

/** Another writer may have escaped the key in another way. */
function textIn(line: string, key: string): string {
  const isPlain = line.startsWith(key, 1) && line.startsWith('":', key.length + 1)
  return line.slice((isPlain ? key.length + 2 : (readToken(line, 0)?.end ?? 0)) + 1)
}
