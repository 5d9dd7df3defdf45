import { LedgerError } from '@s3sched/ledger'
import { expect, it } from 'vitest'
import { isOvertakenByClose, undecided } from './record-errors.ts'

it('a change that the close has overtaken is told from a change that the store did not answer', () => {
  const closed = new LedgerError('the ledger is closed', { code: 'CLOSED' })
  const gone = new LedgerError('the page no longer tells', { code: 'UNDECIDED' })
  expect([closed, undecided('job', closed)].map(isOvertakenByClose)).toEqual([true, true])
  const others = [gone, undecided('job', gone), undecided('job', new Error('no answer')), new Error('no'), undefined]
  expect(others.map(isOvertakenByClose)).toEqual([false, false, false, false, false])
})
