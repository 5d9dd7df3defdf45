import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Database } from '@s3sched/database'
import { connectedDatabase } from './connected-database.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

/** The names in the first column of the options table after a heading text. */
function optionsAfter(text: string): string[] {
  const table = readme.slice(readme.indexOf(text)).split('| option |')[1]?.split('\n\n')[0] ?? ''
  const cells = table
    .split('\n')
    .slice(2)
    .map((row) => row.split('|')[1] ?? '')
  return cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name ?? '')).toSorted()
}

/** The names that a refusal of an unknown option lists. */
async function knownOptions(attempt: () => unknown): Promise<string[]> {
  try {
    await attempt()
  } catch (error) {
    const [, names] = /[Kk]nown are ([\w, ]+)/.exec((error as Error).message) ?? []
    return (names ?? '').split(', ').toSorted()
  }
  return []
}

describe('the README names every option, and no other,', () => {
  it('of the database', async () => {
    const known = await knownOptions(() => new Database({ zzzzzzzzzzzzzzzz: 1 } as never))
    expect(known).toContain('parallelism')
    expect(optionsAfter('`new Database(options)` sends nothing')).toEqual(known)
  })

  it('of a resource', async () => {
    const database = await connectedDatabase()
    const known = await knownOptions(() => database.createResource({ zzzzzzzzzzzzzzzz: 1 } as never))
    expect(known).toContain('timestamps')
    expect(optionsAfter('`createResource(options)` makes')).toEqual(known)
  })
})
