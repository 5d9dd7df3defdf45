import { describe, expect, it } from 'vitest'
import { NameTable } from './name-table.ts'
import { hash53 } from './index-text.ts'
import { VouchedRecords } from './vouched-records.ts'

describe('VouchedRecords', () => {
  it('keeps what each of many was vouched for with, by its name', () => {
    const records = new VouchedRecords(new NameTable())
    for (let job = 0; job < 1000; job++) records.set(`job${job}`, `"${job}"`, job)
    for (const job of [0, 63, 64, 999]) {
      expect(records.from(`job${job}`)).toBe(job)
      expect(records.etagHash(`job${job}`)).toBe(hash53(`"${job}"`))
    }
    expect([records.from('other'), records.etagHash('other')]).toEqual([undefined, undefined])
  })

  it('knows nothing of a job that has a number for another reason, whether or not there is a place for it', () => {
    const names = new NameTable()
    for (let job = 0; job < 200; job++) names.numberOf(`job${job}`)
    const records = new VouchedRecords(names)
    records.doubt('job199')
    records.delete('job199')
    records.set('job100', 'etag', 1)
    expect([records.from('job0'), records.from('job199'), records.from('job100')]).toEqual([undefined, undefined, 1])
  })

  it('remembers from when on ticks count when the record may be another, and nothing once that is deleted', () => {
    const records = new VouchedRecords(new NameTable())
    records.set('job', 'etag', 5)
    records.doubt('job')
    expect([records.from('job'), records.etagHash('job')]).toEqual([5, undefined])
    records.set('job', 'next', 6)
    expect([records.from('job'), records.etagHash('job')]).toEqual([6, hash53('next')])
    records.delete('job')
    expect([records.from('job'), records.etagHash('job')]).toEqual([undefined, undefined])
  })
})
