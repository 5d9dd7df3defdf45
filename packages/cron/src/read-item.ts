import { expand } from './expand.ts'
import type { BitSet } from './bit-set.ts'
import { fieldProblem, readValue, unreadable, type Place } from './field-problem.ts'
import { fractionOf } from './hash.ts'
import { quoted } from './invalid-schedule-error.ts'
import { intervalHint } from './other-schedules.ts'
import { forwardText } from './forward-range.ts'

/** An item of a list, in a form valid for every field: a wildcard, a value, a range, a step, or a hashed form. */
export interface ReadItem {
  readonly values: BitSet
  /** True if the item was written as a wildcard or with a step. */
  readonly stepped: boolean
}

/**
 * Reads `*`, `a`, `a-b`, all with or without `/n`, and `H`, `H(a-b)`, with or without `/n`.
 *
 * @param seed the seed of `H`, different for every item of an expression; `undefined` without a seed
 * @throws InvalidScheduleError
 */
export function readItem(place: Place, item: string, seed: string | undefined): ReadItem {
  const { field } = place
  if (item === '') throw fieldProblem(place, item, 'has an empty item in its list')
  const [base = '', stepText, ...rest] = item.split('/')
  if (base === '?')
    throw fieldProblem(place, item, `${quoted(item)} can't be: '?' stands alone, and only in a day field`)
  if (rest.length > 0) throw fieldProblem(place, item, `${quoted(item)} has more than one step`)
  const step = stepText === undefined ? 1 : readStep(place, item, stepText)
  const stepped = base === '*' || stepText !== undefined
  if (/^h/i.test(base)) return { values: readHashed(place, base, stepText === undefined ? 0 : step, seed), stepped }
  if (base === '*') return { values: expand(field, { from: field.min, to: field.max, step }), stepped }
  const [from, to] = base.includes('-') ? readRange(place, base, step) : readSingle(place, base, stepText !== undefined)
  return { values: expand(field, { from, to, step }), stepped }
}

function readStep(place: Place, item: string, text: string): number {
  const { min, max } = place.field
  const size = max - min + 1
  if (!/^\d+$/.test(text)) throw fieldProblem(place, item, `${quoted(item)} has no number after its '/'`)
  const step = Number(text)
  if (step >= 1 && step <= size) return step
  throw fieldProblem(place, item, `${quoted(item)} has a step outside 1-${size}`, {
    expected: `a step of 1-${size}`,
    suggestion: step > size ? intervalOf(place, text) : undefined,
  })
}

/** A month is no interval: its length varies. */
const INTERVAL_UNITS: Readonly<Partial<Record<Place['field']['id'], string>>> = {
  second: 's',
  minute: 'm',
  hour: 'h',
  dayOfMonth: 'd',
  dayOfWeek: 'd',
}

function intervalOf({ field }: Place, step: string): string | undefined {
  const unit = INTERVAL_UNITS[field.id]
  return unit === undefined ? undefined : intervalHint(`${step}${unit}`)
}

/** @param step - the written step; `'hashed'` for the range of an `H` */
function readRange(place: Place, text: string, step: number | 'hashed'): readonly [number, number] {
  const [first = '', last = '', ...rest] = text.split('-')
  if (rest.length > 0 || first === '' || last === '') throw unreadable(place, text)
  const from = readValue(place, first)
  const end = readValue(place, last)
  // A week may end on Sunday: 'fri-sun' is 5-7.
  const to = place.field.id === 'dayOfWeek' && /^sun/i.test(last) && from > 0 ? 7 : end
  if (from <= to) return [from, to]
  throw fieldProblem(place, text, `range ${quoted(text)} runs backwards`, {
    expected: 'a range whose end is not before its start',
    suggestion: forwardText(place.field, from, end, step),
  })
}

function readSingle(place: Place, text: string, stepped: boolean): readonly [number, number] {
  const value = readValue(place, text)
  return [value, stepped ? Math.max(value, place.field.max) : value]
}

function readHashed(place: Place, base: string, step: number, seed: string | undefined): BitSet {
  const { field } = place
  if (seed === undefined) {
    throw fieldProblem(place, base, `${quoted(base)} needs something to be spread by`, {
      expected: 'options.hashSeed, such as the name of the job',
      suggestion: 'Give options.hashSeed, or write a fixed value',
    })
  }
  const range = /^h(?:\(([^()]*)\))?$/i.exec(base)
  if (range === null) throw unreadable(place, base)
  const [from, to] = range[1] === undefined ? [field.min, field.maxHashed] : readRange(place, range[1], 'hashed')
  const fraction = fractionOf(`${seed} ${field.id}`)
  if (step === 0) {
    const picked = from + Math.floor(fraction * (to - from + 1))
    return expand(field, { from: picked, to: picked, step: 1 })
  }
  return expand(field, { from: from + Math.floor(fraction * Math.min(step, to - from + 1)), to, step })
}

/** Reads a whole field as a list of such items; a list of several items never makes the field stepped. */
export function readList(place: Place, text: string, seed: string | undefined): ReadItem {
  const [first = '', ...others] = text.split(',')
  const item = readItem(place, first, seed)
  if (others.length === 0) return item
  limitItems(place, text, others.length + 1)
  let { values } = item
  for (const [index, other] of others.entries()) {
    values = values.union(readItem(place, other, itemSeed(seed, index + 1)).values)
  }
  return { values, stepped: false }
}

/**
 * Refuses a list with more items than its field has values: such a list repeats itself, and could be slow to read.
 *
 * @throws InvalidScheduleError
 */
export function limitItems(place: Place, text: string, count: number): void {
  const most = place.field.maxWritten - place.field.min + 1
  if (count <= most) return
  throw fieldProblem(place, text, `has a list of ${count} items`, { expected: `a list of at most ${most} items` })
}

/** A seed per item, so that the items of a list are spread independently. */
export function itemSeed(seed: string | undefined, index: number): string | undefined {
  return seed === undefined || index === 0 ? seed : `${seed} ${index}`
}
