import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { seedFleet, type SeededFleet } from './seeded-fleet.ts'
import { runWords, withoutIds } from './terminal.ts'

const FILE = join(import.meta.dirname, '..', 'README.md')
const WIDTH = 124

let seeded: SeededFleet

beforeAll(async () => {
  seeded = await seedFleet('disk full: /var/data')
})

afterAll(() => seeded.fleet.stopAll())

/** The words of a command line whose only quotes are single ones. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word)
}

async function replay(block: string): Promise<string> {
  const { fleet, store } = seeded
  let shown = ''
  for (const line of block.split('\n').filter((each) => each.startsWith('$ s3sched '))) {
    const { stderr, stdout } = await runWords(wordsOf(line).slice(2), {
      clock: fleet.clock,
      store: { ...store, description: 's3://my-bucket' },
      columns: WIDTH,
      env: { NO_COLOR: '1', S3SCHED_STORE: 's3://my-bucket' },
    })
    shown += `${line}\n${stderr}${stdout.trimEnd()}\n`
  }
  return shown
}

/** After a change of the output: S3SCHED_WRITE_README=1 writes what the commands say now. */
it('shows what every command says', async () => {
  const readme = readFileSync(FILE, 'utf8')
  let replayed = ''
  let from = 0
  for (const block of readme.matchAll(/(?<=^```console\n)[\s\S]*?(?=^```$)/gm)) {
    replayed += readme.slice(from, block.index) + (await replay(block[0]))
    from = block.index + block[0].length
  }
  replayed += readme.slice(from)
  if (process.env['S3SCHED_WRITE_README'] === '1') writeFileSync(FILE, replayed)
  expect(withoutIds(readFileSync(FILE, 'utf8'))).toBe(withoutIds(replayed))
  expect(replayed.match(/^\$ s3sched /gm)?.length).toBeGreaterThan(14)
})
