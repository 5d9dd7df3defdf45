import { expect, it } from 'vitest'
import type { JobView } from '@s3sched/operator'
import { createLinks } from '../html/links.ts'
import { jobChain } from './job-chain.ts'

const job = (name: string, ...after: string[]): JobView =>
  ({ name, state: 'active', spec: { after } }) as unknown as JobView
const jobs = [
  job('load'),
  job('clean', 'load'),
  job('mail', 'clean'),
  job('bill', 'clean', 'other'),
  job('other'),
  job('alone'),
]

const drawn = (name: string): string =>
  String(jobChain(jobs.find((each) => each.name === name) ?? job(name), jobs, createLinks('')))

it('shows the jobs before and after, in both directions, with an arrow for each dependency', () => {
  const text = drawn('clean')
  expect([...text.matchAll(/href="\/jobs\/(\w+)"/g)].map(([, name]) => name)).toEqual(['load', 'mail', 'bill'])
  expect(text.match(/class="arrow"/g)).toHaveLength(3)
  expect(drawn('bill')).toMatch(/load[^]*clean[^]*other/)
})

it('draws nothing for a job that stands alone, and ends where jobs come after each other in a circle', () => {
  expect(jobChain(job('alone'), jobs, createLinks(''))).toBeNull()
  const circle = [job('a', 'b'), job('b', 'a')]
  expect(String(jobChain(circle[0] as JobView, circle, createLinks('')))).toMatch(/aria-label="b"/)
})
