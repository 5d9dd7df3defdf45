import { sizeOf } from '@s3sched-tooling/vitest/share-of'
import { expect, it } from 'vitest'
import { FIELDS, type Field } from './field.ts'
import { InvalidScheduleError, parseSchedule } from './index.ts'

function suggestionFor(expression: string): string {
  try {
    parseSchedule(expression, { hashSeed: 'job' })
  } catch (error) {
    if (error instanceof InvalidScheduleError) return error.suggestion ?? ''
    throw error
  }
  throw new Error(`${expression} was accepted`)
}

const written = (field: Field, text: string): string =>
  FIELDS.map((each) => (each === field ? text : each.id === 'second' ? '0' : '*')).join(' ')

/** The values of a range that runs over the end of its field. */
function wrapped({ max, min }: Field, from: number, to: number, step: number): number[] {
  const size = max - min + 1
  const first = from > max ? from - size : from
  const last = first <= to ? to : to + size
  const values: number[] = []
  for (let value = first; value <= last; value += step) values.push(value > max ? value - size : value)
  return values
}

it.each([
  ['* * * * 7-6', "Write '0-6'"],
  ['* * * * 7-3/2', "Write '0-3/2'"],
  ['* 22-6/2 * * *', "Write it as two: '22,0-6/2'"],
  ['* 22-6/3 * * *', "Write it as two: '22,1-6/3'"],
  ['* 21-1/5 * * *', "Write '21'"],
  ['* 22-6 * * *', "Write it as two: '22-23,0-6'"],
  ['* * * nov-feb *', "Write it as two: '11-12,1-2'"],
  ['* H(22-6) * * *', "Write 'H(22-23)' or 'H(0-6)'"],
  ['* * * * H(7-3)', "Write 'H(0-3)'"],
])('%s runs backwards', (expression, suggestion) => {
  expect(suggestionFor(expression)).toBe(suggestion)
})

/** The steps of a long field. The first three are one of many values, one that leaves a single value, and none. */
const STEPS = [2, 29, 1, 8, 15, 22, 36, 43, 50, 57].slice(0, sizeOf({ plain: 3, all: 10 }))

const stepsOf = ({ max, min }: Field): number[] =>
  max > 30
    ? STEPS.filter((step) => step <= max - min + 1)
    : Array.from({ length: max - min + 1 }, (_, index) => index + 1)

it('advises what is accepted and means the same, for every range of every field and its steps', () => {
  for (const field of FIELDS) {
    for (let from = field.min + 1; from <= field.maxWritten; from += 1) {
      for (let to = field.min; to < from; to += 1) {
        for (const step of stepsOf(field)) {
          const suggestion = suggestionFor(written(field, `${from}-${to}/${step}`))
          const advised = /'([^']+)'/.exec(suggestion)?.[1] ?? ''
          const plain = written(field, wrapped(field, from, to, step).join(','))
          // Equal meanings are equal sets of values in every field.
          expect(parseSchedule(written(field, advised)).meaning, `${field.id} ${from}-${to}/${step}: ${advised}`).toBe(
            parseSchedule(plain).meaning,
          )
        }
      }
    }
  }
})
