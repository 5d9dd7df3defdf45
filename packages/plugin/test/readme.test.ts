import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { SchedulerError, SchedulerPlugin } from '../src/index.ts'
import { resolveSchedulerOptions } from '../src/resolve-options.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const events = readFileSync(new URL('../../engine/src/events.ts', import.meta.url), 'utf8')

/** The cells of the table below a heading, by row. */
function tableBelow(heading: string): string[][] {
  const section = readme.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  const rows = section.split('\n').filter((line) => line.startsWith('| '))
  return rows.slice(1).map((row) => row.slice(2, -2).split(' | '))
}

const namesIn = (cell = ''): string[] => [...cell.matchAll(/`(\w+)/g)].map(([, name]) => name ?? '')

/** The names listed in the refusal of an unknown option. */
function knownOptions(attempt: () => unknown): string[] {
  try {
    attempt()
  } catch (error) {
    if (error instanceof SchedulerError)
      return (/[Kk]nown are ([\w, ]+)/.exec(error.message)?.[1] ?? '').split(', ').toSorted()
  }
  return []
}

/** The names on a prototype, the inherited ones included. */
function methodsOf(prototype: object): string[] {
  if (prototype === Object.prototype) return []
  return [...Object.getOwnPropertyNames(prototype), ...methodsOf(Object.getPrototypeOf(prototype) as object)]
}

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, days: 86_400_000 }

/** A default as written in the table: `5` in backticks, or a duration. */
function defaultOf(cell = ''): unknown {
  const [, count, unit = ''] = /^(\d+) (h|days)$/.exec(cell) ?? []
  if (count !== undefined) return Number(count) * (UNITS[unit] ?? NaN)
  const [, code] = /^`(.+?)`/.exec(cell) ?? []
  return code === undefined ? undefined : JSON.parse(code.replaceAll("'", '"'))
}

describe('the README', () => {
  it('names every option of the scheduler, and no other', () => {
    const known = knownOptions(() => new SchedulerPlugin({ zzzzzzzzzzzzzzzz: 1 } as never))
    expect(known).toContain('claimAhead')
    expect(
      tableBelow('Options')
        .flatMap(([name]) => namesIn(name))
        .toSorted(),
    ).toEqual(known)
  })

  it('tells the defaults that the resolver fills in', () => {
    const resolved: Readonly<Record<string, unknown>> = resolveSchedulerOptions({}, 'SchedulerPlugin')
    const written = tableBelow('Options').flatMap(([name, cell]) =>
      namesIn(name).map((option) => [option, defaultOf(cell)] as const),
    )
    const told = written.filter(([, value]) => value !== undefined)
    expect(told.length).toBeGreaterThan(12)
    for (const [option, value] of told) expect(value, option).toBe(resolved[option])
  })

  it('names every field of a job, and no other', () => {
    const known = knownOptions(() => new SchedulerPlugin({ jobs: { job: { zzzzzzzzzzzzzzzz: 1 } } } as never))
    expect(known).toContain('catchUpWindowMs')
    expect(
      tableBelow('Jobs')
        .flatMap(([name]) => namesIn(name))
        .toSorted(),
    ).toEqual(known)
  })

  it('names every method', () => {
    const hosted = [
      'constructor',
      'setInstanceName',
      'instanceName',
      'install',
      'uninstall',
      'addDefinition',
      'updateDefinition',
      'emitter',
    ]
    const methods = methodsOf(SchedulerPlugin.prototype).filter((name) => !hosted.includes(name))
    const named = tableBelow('Methods').flatMap(([name]) => namesIn(name))
    expect(new Set(named)).toEqual(new Set(methods))
  })

  it('names every event, with all its names', () => {
    const declared = new Set(
      [...events.matchAll(/'(plg:scheduler:[\w-]+)'|^ {2}(job\w+|error):/gm)].map(([, a, b]) => a ?? b),
    )
    const written = tableBelow('Events').flatMap(([name = '']) =>
      [...name.matchAll(/`([^`]+)`/g)].map(([, event]) => event),
    )
    expect(new Set(written.map((event = '') => event.replace('…:', 'plg:scheduler:')))).toEqual(declared)
  })

  it('names every code of an error', () => {
    const source = readFileSync(new URL('../../jobs/src/scheduler-error.ts', import.meta.url), 'utf8')
    const codes = [...source.matchAll(/^ {2}\| '([A-Z_]+)'/gm)].map(([, code]) => code ?? '')
    expect(codes.length).toBeGreaterThan(8)
    expect(
      tableBelow('Errors')
        .flatMap(([name]) => namesIn(name))
        .toSorted(),
    ).toEqual(codes.toSorted())
  })
})
