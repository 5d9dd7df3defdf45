import { expect, it } from 'vitest'
import { tests } from '../checks.mjs'

const FOLDER = 'tooling/run/test/planted'
const REPORT = 'tooling/run/.reports/planted.json'

/** Runs the planted test files whose names contain a word. */
function planted(...args: string[]) {
  return tests(['vitest', 'run', '--config', `${FOLDER}/planted.config.ts`, ...args], [REPORT])
}

it('counts passed and skipped tests', async () => {
  const { failures, tally } = await planted('passes')
  expect(tally).toEqual({ passed: 1, failed: 0, skipped: 2 })
  expect(failures).toEqual([])
})

it('names a failed test, a file that could not be loaded and an error of a hook, each by its place', async () => {
  const { failures, tally } = await planted('passes', 'fails', 'broken', 'hook')
  expect(tally).toEqual({ passed: 2, failed: 3, skipped: 2 })
  expect(failures?.toSorted()).toEqual([
    `${FOLDER}/broken.planted.ts: Error: planted (at ${FOLDER}/broken.planted.ts:1:7)`,
    `${FOLDER}/fails.planted.ts > a suite > fails: AssertionError: expected 1 to be 2 // Object.is equality (at ${FOLDER}/fails.planted.ts:4:31)`,
    `${FOLDER}/hook.planted.ts > a suite: Error: planted (at ${FOLDER}/hook.planted.ts:5:11)`,
  ])
})

it('names an unhandled rejection by the running test, the places and the causes', async () => {
  const { failures, tally } = await planted('rejects')
  const file = `${FOLDER}/rejects.planted.ts`
  expect(tally).toEqual({ passed: 1, failed: 1, skipped: 0 })
  expect(failures).toEqual([
    `Unhandled Rejection while ${file} > leaves a rejection to nobody ran: ` +
      `Error: planted (at ${file}:5:23), caused by Error: gone [ECONNRESET] (at ${file}:5:67)`,
  ])
})

it('names an error that nobody has caught', async () => {
  const { failures } = await planted('throws-later')
  const file = `${FOLDER}/throws-later.planted.ts`
  expect(failures).toEqual([
    `Uncaught Exception while ${file} > throws in a callback ran: TypeError: planted (at ${file}:6:11)`,
  ])
})

it('names the end of a process of tests', async () => {
  const { failures, tally } = await planted('killed')
  expect(tally).toEqual({ passed: 0, failed: 2, skipped: 0 })
  expect(failures).toEqual([
    `${FOLDER}/killed.planted.ts: did not run to its end`,
    expect.stringContaining('caused by Error: Worker exited unexpectedly with signal SIGKILL'),
  ])
})

it.each([
  ['setup', 'Error: planted setup'],
  ['teardown', 'error during close Error: planted teardown'],
  ['late-rejection', 'Error: planted rejection of the main process'],
])('tells the last words after a failed %s of all tests', async (mode, words) => {
  const { failures, tally } = await planted('passes', '--mode', mode)
  expect(tally).toMatchObject({ failed: 1 })
  expect(failures).toEqual(
    expect.arrayContaining(['vitest failed with exit code 1, though no test did', words]) as unknown,
  )
})
