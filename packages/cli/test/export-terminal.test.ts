import { expect, it } from 'vitest'
import { createFleet, MINUTE } from '../../plugin/test/fleet.ts'
import { runWords } from './terminal.ts'

/** What clears a screen, rings, begins a sequence in one character, and turns the direction of what follows. */
const HOSTILE = 'x\u001b[2J\u0007\u009b31m\u202e!'

it.each(['ndjson', 'csv'])('export as %s gives a terminal nothing that moves its cursor', async (format) => {
  const fleet = createFleet()
  const action = (): never => {
    throw Object.assign(new Error(HOSTILE), { name: HOSTILE })
  }
  await fleet.bootLeader({ bad: { schedule: '* * * * *', action } }, { prefix: 's3sched/' })
  await fleet.clock.advance(2 * MINUTE)
  const words = ['export', '--format', format, 's3://bucket']
  const { stdout } = await runWords(words, { clock: fleet.clock, store: fleet.store, columns: 80 })
  expect(stdout).toContain('failed')
  // oxlint-disable-next-line no-control-regex -- these are what must not be there
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
  await fleet.stopAll()
})
