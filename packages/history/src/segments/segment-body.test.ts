import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { aRun, MINUTE, START } from '../../test/records.ts'
import type { RunRecord } from '../index.ts'
import { decodeSegment, encodeLine, encodeSegment } from './segment-body.ts'

const bodyOf = (lines: readonly string[]): Uint8Array => gzipSync(lines.join(''))
const lineOf = (run: RunRecord): string => encodeLine(JSON.stringify(run))
const read = (body: Uint8Array, jobs?: readonly string[]): { runs: RunRecord[]; problems: string[] } => {
  const problems: string[] = []
  return { runs: decodeSegment(body, { jobs, onProblem: (problem) => problems.push(problem) }), problems }
}

describe('the body of a segment', () => {
  it('comes back run by run, with fields that this version does not know', () => {
    const runs = [aRun({ result: { text: 'line\nfeed' } }), { ...aRun({ runId: 'run-2' }), colour: { name: 'blue' } }]
    expect(read(encodeSegment(runs.map(lineOf)).body)).toEqual({ runs, problems: [] })
  })

  it('is NDJSON after gunzip, with the version in each line', () => {
    const text = gunzipSync(encodeSegment([lineOf(aRun())]).body).toString()
    expect(text.endsWith('}\n')).toBe(true)
    expect(JSON.parse(text)).toEqual({ ...aRun(), v: 1 })
  })

  it.each(['report', 'a"b', 'a\\b', 'user/42', 'Über', '報告'])('gives the runs of job %j alone', (job) => {
    const lines = [aRun({ job: 'other' }), aRun({ job }), aRun({ job: 'more' })].map(lineOf)
    expect(read(encodeSegment(lines).body, [job]).runs).toEqual([aRun({ job })])
    // As another writer of JSON may have it.
    const escaped = lineOf(aRun({ job })).replaceAll(
      /[\u0080-\uffff]/g,
      (letter) => String.raw`\u` + letter.charCodeAt(0).toString(16).padStart(4, '0'),
    )
    expect(read(bodyOf([lineOf(aRun({ job: 'other' })), escaped]), [job]).runs).toEqual([aRun({ job })])
  })

  it('takes a record as a hand has left it, with spaces around', () => {
    expect(read(bodyOf([encodeLine(` ${JSON.stringify(aRun())} `)]))).toEqual({ runs: [aRun()], problems: [] })
  })

  it('has the same hash for the same runs alone', () => {
    const [one, same, other] = [aRun(), aRun(), aRun({ runId: 'run-2' })].map((run) => encodeSegment([lineOf(run)]))
    expect(one).toEqual(same)
    expect(one?.hash).toMatch(/^[A-Za-z0-9_-]{16}$/)
    expect(one?.hash).not.toBe(other?.hash)
  })

  it('is a tenth of its text in size', () => {
    const lines = Array.from({ length: 120 }, (_, n) =>
      lineOf(aRun({ runId: `run-${n}`, scheduledTime: START + n * MINUTE })),
    )
    expect(encodeSegment(lines).body.byteLength).toBeLessThan(lines.join('').length / 8)
  })

  it.each([
    ['{"v":1,"runId":', 'not JSON'],
    ['[]', 'no format version'],
    ['7', 'expected an object'],
    ['{"v":2}', 'newer than 1'],
    [JSON.stringify({ ...aRun(), v: 1, job: 'a\nb' }), 'expected job'],
    [`{"v":1,"result":${'['.repeat(200)}${']'.repeat(200)}}`, 'nested too deep'],
  ])('loses one run by the line %s, and tells it', (line, problem) => {
    const good = [aRun({ runId: 'before' }), aRun({ runId: 'after' })]
    const { problems, runs } = read(
      bodyOf([lineOf(aRun({ runId: 'before' })), `${line}\n`, lineOf(aRun({ runId: 'after' }))]),
    )
    expect(runs).toEqual(good)
    expect(problems).toEqual([expect.stringMatching(new RegExp(`^line 2: .*${problem}`))])
  })

  it('may be mended by hand and left as text', () => {
    expect(read(Buffer.from(lineOf(aRun()).trimEnd()))).toEqual({ runs: [aRun()], problems: [] })
  })

  it('that was cut off is told, and has no run', () => {
    const { body } = encodeSegment([lineOf(aRun())])
    const { problems, runs } = read(body.subarray(0, 40))
    expect(runs).toEqual([])
    expect(problems).toEqual([expect.stringContaining('unpacked')])
  })

  it('gives the runs of some jobs without a look at the rest', () => {
    const lines = ['a', 'a-b', 'b'].map((job) => lineOf(aRun({ job })))
    const { problems, runs } = read(bodyOf([...lines, '{"v":1,"job":"b",\n']), ['a', 'a-b'])
    expect(runs.map(({ job }) => job)).toEqual(['a', 'a-b'])
    expect(problems).toEqual([])
  })

  it('sets no prototype', () => {
    const line = lineOf(aRun()).replace('{', '{"__proto__":{"status":"failed"},"\\u005f_proto__":{},')
    const [run] = read(bodyOf([line])).runs
    expect(Object.keys(run ?? {})).not.toContain('__proto__')
  })
})
