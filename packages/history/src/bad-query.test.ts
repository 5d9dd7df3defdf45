import { describe, expect, it } from 'vitest'
import { aRun, createRig, START } from '../test/records.ts'
import { createHistory, recordRuns, type HistoryDeps, type ListQuery } from './index.ts'

describe('a query that makes no sense is refused by name', () => {
  it.each<[string, object, RegExp]>([
    ['no runs', { limit: 0 }, /expected limit to be an integer >= 1 and <= 1000, got 0/],
    ['a million runs', { limit: 1_000_000 }, /expected limit to be an integer >= 1 and <= 1000, got 1000000/],
    ['an unknown status', { status: 'ok' }, /expected status to be one or several of success.*, got "ok"/],
    ['no status at all', { status: [] }, /expected status to be one or several/],
    [
      'a job’s name that is none',
      { job: 'a\tb' },
      /expected job to be a job name of 1 to 128 .*, or a list of names, got "a\\tb"/,
    ],
    [
      'an invalid Date',
      { since: new Date('nonsense') },
      /expected since to be epoch ms or a valid Date, got Invalid Date/,
    ],
    ['a time that is no number', { until: '2026' }, /expected until to be epoch ms or a valid Date, got "2026"/],
    [
      'an end before its beginning',
      { since: START, until: START - 1 },
      /expected until not to be before since, got \d+ and \d+/,
    ],
    ['a misspelt name', { jobs: 'a' }, /unknown option 'jobs'. Did you mean 'job'\?/],
    ['a cursor that is none', { cursor: 'abc' }, /expected a cursor that list\(\) returned, got "abc"/],
    ['a cursor that is no text', { cursor: 7 }, /expected cursor to be a cursor that list\(\) returned, got 7/],
    ['nothing', null as never, /expected the options to be an object, got null/],
    ['a number', 5 as never, /expected the options to be an object, got 5/],
    ['details that are a text', { details: 'no' }, /expected details to be true or false, got "no"/],
    ['a signal that is none', { signal: {} }, /expected signal to be an AbortSignal, got {}/],
    ['a time before now', { timeoutMs: -1 }, /expected timeoutMs to be a number >= 0, got -1/],
    ['a misspelt option', { limt: 5 }, /unknown option 'limt'. Did you mean 'limit'\?/],
    [
      'two mistakes at once',
      { limit: 0, job: '' },
      /expected job to be .*; expected limit to be an integer >= 1 and <= 1000, got 0/,
    ],
  ])('%s', async (_, query, message) => {
    const { history, requests } = createRig()
    await expect(history.list(query as ListQuery)).rejects.toThrow(message)
    expect(requests.list).toBe(0)
  })

  it('a cursor from another query', async () => {
    const { history, recordAll } = createRig()
    await recordAll([1, 2, 3].map((n) => aRun({ runId: `run-${n}`, scheduledTime: START + n })))
    const { cursor = '' } = await history.list({ job: 'report', limit: 1 })
    await expect(history.list({ job: 'report', status: 'success', cursor })).rejects.toThrow(
      /the cursor belongs to another query. Repeat the job, status, since and until/,
    )
    expect((await history.list({ job: 'report', limit: 2, cursor })).runs).toHaveLength(2)
  })

  it('the name of a run, of its job or its tick', async () => {
    const { history } = createRig()
    await expect(history.get('report', 'a.b')).rejects.toThrow(/expected runId/)
    await expect(history.get('a\tb', 'r', START)).rejects.toThrow(/expected job/)
    await expect(history.get('report', 'r', -1)).rejects.toThrow(
      /expected scheduledTime to be epoch ms or a valid Date, got -1/,
    )
    await expect(history.timeline({ limit: 100_001 })).rejects.toThrow(/limit to be an integer >= 1 and <= 100000/)
    await expect(history.prune({ maxAgeMs: -1 })).rejects.toThrow(/maxAgeMs/)
    await expect(history.statistics(undefined as never)).rejects.toThrow(
      /expected job to be a job name .*, got undefined/,
    )
    await expect(history.prune({}, { dryrun: true } as never)).rejects.toThrow(/'dryrun'. Did you mean 'dryRun'\?/)
    await expect(history.timeline({ onProblem: 5 } as never)).rejects.toThrow(
      /expected onProblem to be a function, got 5/,
    )
    await expect(history.failures(null as never)).rejects.toThrow(/expected the options to be an object, got null/)
    await expect(history.statistics('report', { limit: 5 } as never)).rejects.toThrow(/unknown option 'limit'/)
    expect(() => history.runs({ jbo: 'a' } as never)).toThrow(/unknown option 'jbo'. Did you mean 'job'\?/)
    expect(() => history.exportRuns(null as never)).toThrow(/expected the options to be an object, got null/)
    expect(() => history.exportRuns({ fromat: 'csv' } as never)).toThrow(/Did you mean 'format'\?/)
    expect(() => history.exportRuns({ format: 'xml' as never })).toThrow(/expected format to be one of 'ndjson', 'csv'/)
  })
})

describe('a history that can not be made is refused by name', () => {
  const { store } = createRig()

  it.each<[string, object, object, RegExp]>([
    ['without a store', {}, {}, /expected store to be an ObjectStore/],
    [
      'of a bare connection',
      'memory://runs' as never,
      {},
      /expected the options to be an object, got "memory:\/\/runs"/,
    ],
    ['of a connection', { store: 'memory://runs' }, {}, /expected store to be an ObjectStore, got "memory:\/\/runs"/],
    ['with options that are none', { store }, null as never, /expected the options to be an object, got null/],
    ['with a list of options', { store }, [], /expected the options to be an object, got \[\]/],
    ['with a misspelt option', { store }, { retenton: {} }, /unknown option 'retenton'. Did you mean 'retention'\?/],
    [
      'with a retention that is a number',
      { store },
      { retention: 5 },
      /expected retention to be an object with maxAgeMs/,
    ],
  ])('%s', (_, deps, options, message) => {
    expect(() => createHistory(deps as HistoryDeps, options)).toThrow(message)
  })
})

describe('a record of runs that can not be made is refused by name', () => {
  const { store } = createRig()

  it.each<[string, unknown[], string]>([
    ['without a store', [], 'expected store to be an ObjectStore, got undefined'],
    ['with a connection', ['memory://runs', []], 'expected store to be an ObjectStore, got "memory://runs"'],
    ['without runs', [store], 'expected runs to be a list, got undefined'],
    ['with a single run', [store, aRun()], 'expected runs to be a list, got {'],
    ['with a misspelt option', [store, [], { timeout: 5 }], "unknown option 'timeout'. Did you mean 'timeoutMs'?"],
    [
      'with a patience that is no number',
      [store, [], { timeoutMs: '5s' }],
      'expected timeoutMs to be a number >= 0, got "5s"',
    ],
  ])('%s', async (_, given, message) => {
    const record = recordRuns as (...given: unknown[]) => Promise<void>
    await expect(record(...given)).rejects.toThrow(message)
  })
})
