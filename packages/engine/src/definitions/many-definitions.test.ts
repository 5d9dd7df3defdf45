import type { LocalJob } from '@s3sched/jobs'
import { expect, it } from 'vitest'
import { ManyDefinitions } from './many-definitions.ts'

const jobsOf = (...names: string[]): LocalJob[] => names.map((name) => ({ name }) as LocalJob)

it('begins all definitions in one turn, and tells whether some record changed', async () => {
  const begun: string[] = []
  const many: ManyDefinitions = new ManyDefinitions(
    { begin: (job) => void begun.push(job.name), bears: () => false },
    jobsOf('a', 'b', 'c'),
  )
  const done = many.run()
  expect(begun).toEqual(['a', 'b', 'c'])
  many.defined(false)
  many.defined(true)
  many.defined(false)
  expect(await done).toBe(true)
})

it('has nothing to do without jobs', async () => {
  expect(await new ManyDefinitions({ begin: () => undefined, bears: () => false }, []).run()).toBe(false)
})

it('goes on after an error that keeps one job from running alone', async () => {
  const kept: string[] = []
  const many = new ManyDefinitions(
    {
      begin: (job, answer) => (job.name === 'a' ? answer.failed(new Error('unreadable'), job) : answer.defined(true)),
      bears: (_error, { name }) => kept.push(name) > 0,
    },
    jobsOf('a', 'b'),
  )
  expect(await many.run()).toBe(true)
  expect(kept).toEqual(['a'])
})

it('begins nothing more after an error, and throws it once no definition is under way', async () => {
  const begun: string[] = []
  const many: ManyDefinitions = new ManyDefinitions(
    {
      begin: (job, answer) => {
        begun.push(job.name)
        if (job.name === 'b') answer.failed(new Error('the store is closed'), job)
      },
      bears: () => false,
    },
    jobsOf('a', 'b', 'c'),
  )
  const failed = many.run().catch((error: unknown) => error)
  expect(begun).toEqual(['a', 'b'])
  many.defined(true)
  expect(await failed).toMatchObject({ message: 'the store is closed' })
})
