import type { JobGroup } from './job-groups.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, MONTH_MS } from './requests.ts'

/** An instant at which jobs start. */
export interface DueInstant {
  /** Epoch ms. */
  readonly at: number
  /** Number of jobs that start together. */
  readonly jobs: number
  /** The groups of these jobs. */
  readonly groups: readonly JobGroup[]
}

/** A stretch of time that represents every month. */
export interface DueSample {
  readonly lengthMs: number
  /** In order of time. */
  readonly instants: readonly DueInstant[]
}

/**
 * Wednesday, 8 January 2025, 13:17: no instant of monthly or daily jobs, since a sample may be shorter than the period
 * of such jobs.
 */
const FROM = 1_736_342_220_000
const LONGEST_MS = 364 * DAY_MS
/** Whole weeks and days, so that nights and weekends have their share. */
const LENGTHS_MS = [LONGEST_MS, 28 * DAY_MS, 7 * DAY_MS, DAY_MS, HOUR_MS, MINUTE_MS]
const MOST_TICKS = 200_000
/** The ticks in a month of a job that is due each second. */
const EACH_SECOND = MONTH_MS / 1000
/** How far the ticks of a job in a regular sample may be from its share of the year. */
const TOLERANCE = 0.005

/** The starts of jobs, with the number of jobs that start together. */
export function dueInstants(groups: readonly JobGroup[]): DueSample {
  const lengthMs = lengthFor(groups)
  const byInstant = new Map<number, { at: number; jobs: number; groups: JobGroup[] }>()
  for (const group of groups) {
    const first = group.next(FROM)
    // The first ticks of a schedule that begins after the longest sample stand for all of its ticks.
    const lead = first !== null && first > FROM + LONGEST_MS ? Math.floor((first - FROM) / DAY_MS) * DAY_MS : 0
    for (let tick = group.next(FROM + lead); tick !== null && tick <= FROM + lead + lengthMs; tick = group.next(tick)) {
      const at = group.startOf(tick) - lead
      const instant = byInstant.get(at) ?? { at, jobs: 0, groups: [] }
      instant.jobs += group.jobs
      instant.groups.push(group)
      byInstant.set(at, instant)
    }
  }
  return { lengthMs, instants: [...byInstant.values()].toSorted((a, b) => a.at - b.at) }
}

/**
 * The shortest sample, of a day at least, in which every job has its share of ticks. Where some job has not, as a monthly
 * one, the sample is as long as the number of ticks allows. Jobs that are all due each second have no nights: an hour
 * stands for their day, which would hold hundreds of thousands of ticks.
 */
function lengthFor(groups: readonly JobGroup[]): number {
  const perMonth = groups.reduce((total, group) => total + group.runsPerMonth, 0)
  const longest = LENGTHS_MS.find((lengthMs) => (perMonth * lengthMs) / MONTH_MS <= MOST_TICKS) ?? MINUTE_MS
  const least = groups.every(({ runsPerMonth }) => runsPerMonth >= EACH_SECOND) ? HOUR_MS : DAY_MS
  const shorter = LENGTHS_MS.filter((lengthMs) => lengthMs >= least && lengthMs < longest).toReversed()
  return shorter.find((lengthMs) => groups.every((group) => hasItsShare(group, lengthMs))) ?? longest
}

function hasItsShare({ next, runsPerMonth }: JobGroup, lengthMs: number): boolean {
  const share = (runsPerMonth * lengthMs) / MONTH_MS
  let ticks = 0
  for (let tick = next(FROM); tick !== null && tick <= FROM + lengthMs; tick = next(tick)) ticks++
  return Math.abs(ticks - share) <= TOLERANCE * share
}

/** The time from each instant to the next, in ms; after its end the sample begins anew. */
export function gapsOf({ instants, lengthMs }: DueSample): number[] {
  const first = instants[0]
  if (first === undefined) return []
  return instants.map(({ at }, index) => (instants[index + 1]?.at ?? first.at + lengthMs) - at)
}
