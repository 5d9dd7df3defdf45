import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { add, countSkipped, NOTHING, readReport, tallyOf } from '../vitest-report.mjs'

const report = {
  passed: { 'a/one.test.ts': 1, 'a/two.test.ts': 2 },
  skipped: { 'a/one.test.ts': 2, 'a/two.test.ts': 1 },
  failures: ['a/one.test.ts: failed'],
}

it('counts passed, failed and skipped tests', () => {
  expect(tallyOf(report)).toEqual({ passed: 3, failed: 1, skipped: 3 })
})

it('tells a report that was never written', () => {
  expect(readReport('/does/not/exist.json')).toBeUndefined()
})

it('refuses a report that is not whole', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'report-'))
  await writeFile(join(folder, 'unit.json'), '{"passed')
  expect(() => readReport(join(folder, 'unit.json'))).toThrow(SyntaxError)
  await rm(folder, { recursive: true })
})

it('sums', () => {
  expect(add({ passed: 1, failed: 2, skipped: 3 }, { ...NOTHING, passed: 4 })).toEqual({
    passed: 5,
    failed: 2,
    skipped: 3,
  })
})

it('counts the skipped tests of the named files', () => {
  expect(countSkipped(report, ['one.test.ts'])).toBe(2)
  expect(countSkipped(report, ['three.test.ts'])).toBe(0)
})
