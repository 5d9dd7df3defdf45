import { NameTable } from '@s3sched/jobs'

const FIRST_CAPACITY = 64
/** The place of a job outside the heap. */
const NOWHERE = -1

/**
 * The next due instant of every job, earliest first: a binary heap that also finds a job by its name, so that a changed
 * schedule moves its entry in O(log n). All data is in arrays of numbers: with 100,000 jobs, an object per job, or a
 * map of the names per heap, would take most of a plan's memory.
 */
export class TickHeap {
  readonly #table: NameTable
  #size = 0
  /** Numbers of jobs, by place in the heap. */
  #jobs = new Int32Array()
  /** By place in the heap. */
  #dueAt = new Float64Array()
  /** By number of the job. */
  #places = new Int32Array()

  /** @param table - numbers the jobs, and may be shared with other tables */
  constructor(table: NameTable = new NameTable()) {
    this.#table = table
  }

  get size(): number {
    return this.#size
  }

  /** The due time of the earliest job; `undefined` for an empty heap. */
  get earliest(): number | undefined {
    return this.#size === 0 ? undefined : this.#due(0)
  }

  /** The due time of this job; `undefined` for a job outside the heap. */
  dueAt(name: string): number | undefined {
    const place = this.#placeOf(name)
    return place === NOWHERE ? undefined : this.#due(place)
  }

  /** Adds or moves the job. */
  set(name: string, dueAt: number): void {
    const job = this.#table.numberOf(name)
    if (job >= this.#places.length) this.#places = grown(this.#places, this.#table.capacityFor(job))
    const existing = this.#place(job)
    if (existing === NOWHERE) {
      if (this.#size === this.#dueAt.length) this.#grow()
      this.#siftUp(job, dueAt, this.#size++)
    } else this.#sift(job, dueAt, existing)
  }

  delete(name: string): void {
    const place = this.#placeOf(name)
    if (place !== NOWHERE) this.#remove(place)
  }

  /** Takes out the jobs due at or before `at`, earliest first, at most `limit` jobs. */
  takeDue(at: number, limit: number = Infinity): string[] {
    const names: string[] = []
    while (this.#size > 0 && this.#due(0) <= at && names.length < limit) {
      names.push(this.#table.nameOf(this.#job(0)))
      this.#remove(0)
    }
    return names
  }

  /** Takes all jobs out, and gives the memory back. */
  clear(): void {
    this.#size = 0
    this.#jobs = new Int32Array()
    this.#dueAt = new Float64Array()
    this.#places = new Int32Array()
  }

  #job(place: number): number {
    return this.#jobs[place] ?? NOWHERE
  }

  #due(place: number): number {
    return this.#dueAt[place] ?? Infinity
  }

  #place(job: number): number {
    return this.#places[job] ?? NOWHERE
  }

  #placeOf(name: string): number {
    const job = this.#table.find(name)
    return job === undefined ? NOWHERE : this.#place(job)
  }

  #remove(place: number): void {
    this.#places[this.#job(place)] = NOWHERE
    const last = --this.#size
    if (place !== last) this.#sift(this.#job(last), this.#due(last), place)
  }

  /** No further than to a place for every numbered job, unless the last names came one by one. */
  #grow(): void {
    const capacity = Math.min(Math.max(FIRST_CAPACITY, 2 * this.#size), this.#table.capacityFor(this.#size))
    const dueAt = new Float64Array(capacity)
    dueAt.set(this.#dueAt)
    this.#dueAt = dueAt
    this.#jobs = grown(this.#jobs, capacity)
  }

  #put(job: number, dueAt: number, place: number): void {
    this.#jobs[place] = job
    this.#dueAt[place] = dueAt
    this.#places[job] = place
  }

  /** Places a job in a free place, or in the right place above or below. */
  #sift(job: number, dueAt: number, free: number): void {
    if (free > 0 && this.#due((free - 1) >> 1) > dueAt) this.#siftUp(job, dueAt, free)
    else this.#siftDown(job, dueAt, free)
  }

  #siftUp(job: number, dueAt: number, free: number): void {
    let place = free
    while (place > 0) {
      const above = (place - 1) >> 1
      if (this.#due(above) <= dueAt) break
      this.#put(this.#job(above), this.#due(above), place)
      place = above
    }
    this.#put(job, dueAt, place)
  }

  #siftDown(job: number, dueAt: number, free: number): void {
    let place = free
    for (;;) {
      const left = 2 * place + 1
      if (left >= this.#size) break
      const least = left + 1 < this.#size && this.#due(left + 1) < this.#due(left) ? left + 1 : left
      if (this.#due(least) >= dueAt) break
      this.#put(this.#job(least), this.#due(least), place)
      place = least
    }
    this.#put(job, dueAt, place)
  }
}

function grown(numbers: Int32Array, capacity: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(capacity).fill(NOWHERE)
  larger.set(numbers)
  return larger
}
