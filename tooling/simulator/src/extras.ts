/**
 * Every tenth seed has rules of jobs besides its trait: bounds of schedules, bounds of groups, or pauses after failures.
 * The chances have a sequence of their own, drawn last, so that all other seeds keep their plans.
 */
import { createSeededRandom } from '@s3sched/kernel/testing'
import type { SimulatedJob } from './jobs.ts'
import type { Plan } from './plan-form.ts'
import type { Trait } from './switches.ts'
import { START } from './world.ts'

interface Chance {
  readonly float: () => number
}

type Extra = (jobs: readonly SimulatedJob[], plan: Plan, random: Chance) => readonly SimulatedJob[]

/** Traits that change the periods of jobs by much, or lose the objects with the groups and counts. */
const ALONE: readonly (Trait | undefined)[] = ['idle', 'archive', 'results', 'deletions']

/** The plan with the rules of its seed; the same plan for most seeds. */
export function withExtras(plan: Plan, trait: Trait | undefined): Plan {
  const { seed } = plan
  if (seed % 10 !== 4 || seed < 10 || ALONE.includes(trait)) return plan
  const random = createSeededRandom(seed * 2_654_435_789 + 17)
  const extra = [ruled, grouped, pausing][Math.floor(seed / 10) % 3] ?? ruled
  return { ...plan, jobs: extra(plan.jobs, plan, random) }
}

/** First and last ticks within the simulation, excluded minutes, and few runs. */
const ruled: Extra = (jobs, plan, random) =>
  jobs.map((job) => {
    if (job.periodMs === undefined) return job
    const between = (from: number, to: number): number =>
      Math.round(START + plan.troubleMs * (from + (to - from) * random.float()))
    const from = between(0, 0.4)
    // A start refuses a job without a tick.
    const until = Math.max(between(0.6, 1.5), from + 2 * job.periodMs)
    const chances = [random.float(), random.float(), random.float(), random.float()]
    const is = (which: number, share: number): boolean => (chances[which] ?? 1) < share
    return {
      ...job,
      rules: {
        ...(is(0, 0.5) ? { from } : {}),
        ...(is(1, 0.6) ? { until } : {}),
        ...(is(2, 0.7) ? { hasExclusion: true } : {}),
        ...(is(3, 0.6) ? { maxRuns: 3 + Math.floor(random.float() * 12) } : {}),
      },
    }
  })

/** All jobs in one group, which one or two actions of the whole fleet fill. */
const grouped: Extra = (jobs, _plan, random) => {
  const fleet = 1 + Math.floor(random.float() * 2)
  return jobs.map((job) => ({
    ...job,
    tookMs: Math.min(Math.max(job.tookMs, 1000), 2000),
    group: 'db',
    groupLimit: { fleet },
  }))
}

const pausing: Extra = (jobs, _plan, random) =>
  jobs.map((job) => ({ ...job, fails: Math.max(job.fails, 0.4), pauseAfter: 2 + Math.floor(random.float() * 3) }))
