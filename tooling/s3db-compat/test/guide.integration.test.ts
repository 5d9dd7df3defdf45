import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { takeShare } from '@s3sched-tooling/vitest/share-of'
import { SchedulerPlugin } from '@s3sched/plugin'
import { VERSIONS } from '../src/install-project.ts'
import { readSurface, type Surface } from '../src/read-surface.ts'
import { runStory } from '../src/run-story.ts'

const GUIDE = join(import.meta.dirname, '..', '..', '..', 'docs', 'guides', 'migrating-from-s3db.md')

/** npm first installs a missing s3db.js. */
const PREPARING_MS = 11 * 60_000

/** The sections of the guide that tell the meaning of each part of s3db.js. */
const SECTIONS = {
  options: ['Options'],
  jobFields: ['Options', 'Methods'],
  members: ['Methods'],
  events: ['Events'],
  payloadFields: ['Events'],
  errorFields: ['Errors'],
} as const satisfies Partial<Record<keyof Surface, readonly string[]>>

describe.each(takeShare('databases', VERSIONS))('the guide for users of s3db.js %s', (version) => {
  let surface: Surface
  let guide: string
  beforeAll(async () => {
    surface = await readSurface(version)
    guide = await readFile(GUIDE, 'utf8')
  }, PREPARING_MS)

  it.each(Object.keys(SECTIONS) as (keyof typeof SECTIONS)[])('tells the meaning of its %s', (part) => {
    const words = new Set(codeIn(guide, SECTIONS[part]).flatMap((code) => [code, ...(code.match(/[\w:-]+/g) ?? [])]))
    expect(surface[part].length).toBeGreaterThan(5)
    expect(surface[part].filter((name) => !words.has(name))).toEqual([])
  })

  it('tells the meaning of its messages of errors', () => {
    const messages = codeIn(guide, ['Errors'])
    expect(surface.errors.length).toBeGreaterThan(8)
    expect(surface.errors.filter((message) => !messages.includes(message))).toEqual([])
  })

  it('is right about its retries, its days, its first start and its second runJob', async () => {
    expect(await runStory(version, 'differences', '')).toEqual({
      delays: [2000, 4000, 5000, 5000],
      timeout: 300_000,
      second: expect.stringContaining('is already running') as string,
      days: [true, true, false],
      startupJitterMax: 5000,
    })
    const rows = guide.slice(guide.indexOf('## Schedules, runs and starts'), guide.indexOf('## Methods'))
    for (const told of [
      '2, 4, 5, 5 s in its code',
      '300 s in its code',
      '`0 0 */2 * 1`',
      '5 s in its code',
      '`runJob`',
    ]) {
      expect(rows).toContain(told)
    }
  })

  it('names no option that the scheduler refuses as unknown', () => {
    expect(surface.options.filter((name) => isUnknown(name))).toEqual([])
    expect(isUnknown('workerTimeuot')).toBe(true)
  })
})

/** The code in the text of sections, by their headings. */
function codeIn(page: string, headings: readonly string[]): string[] {
  const sections = page.split(/^## /m).filter((section) => headings.includes(section.split('\n', 1)[0] ?? ''))
  expect(sections).toHaveLength(headings.length)
  return sections.flatMap((section) => [...section.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code))
}

function isUnknown(option: string): boolean {
  try {
    return !(new SchedulerPlugin({ store: 'memory://guide', [option]: undefined }) instanceof SchedulerPlugin)
  } catch (error) {
    return String(error).includes('unknown option')
  }
}
