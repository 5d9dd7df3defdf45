import { createHash } from 'node:crypto'
import { custom, integer, optional, resolveOptions, S3SchedError, withheld, wrongArgument } from '@s3sched/kernel'
import { ALERT_KINDS, type Alert, type AlertKind } from './alert.ts'

/** Receives alerts. */
export type AlertTarget =
  /** A POST of the alert as JSON, signed as in Standard Webhooks where there is a secret (`whsec_…`, or any text). */
  | { readonly webhook: string; readonly secret?: string }
  /** The URL of an incoming webhook of Slack, Mattermost or another service that takes `{ "text": … }`. */
  | { readonly slack: string }
  /** Called in the leader's process; a rejection is a failed delivery. */
  | ((alert: Alert) => unknown)

/** The kinds of alerts to tell, about which jobs, how often, and to whom. */
export interface AlertRule {
  /** Tells this rule from others over restarts and deploys. @default made from `on`, `jobs` and `after` */
  readonly name?: string
  /** The kinds of alerts that the rule tells. */
  readonly on: AlertKind | readonly AlertKind[]
  /** One job, several, or a choice by name. @default all */
  readonly jobs?: string | readonly string[] | ((name: string) => boolean)
  /** Failures in a row before `failed`, 1 to 1000. @default 1 */
  readonly after?: number
  /** Each kind is told at most once per job in this time, ms. @default 3600000 */
  readonly every?: number
  /** The time after which an open run is `stalled`, ms. @default all attempts with 5 minutes more; an hour without timeout */
  readonly stalledAfter?: number
  /** The time without a leader before `leaderless`, ms. @default 120000 */
  readonly leaderlessAfter?: number
  /** The receivers. */
  readonly to: AlertTarget | readonly AlertTarget[]
}

/** A rule with every default filled in. */
export interface ResolvedRule {
  readonly name: string
  readonly on: ReadonlySet<AlertKind>
  /** True for a job that the rule is about. */
  readonly covers: (job: string) => boolean
  readonly after: number
  readonly everyMs: number
  readonly stalledAfterMs: number | undefined
  readonly leaderlessAfterMs: number
  readonly targets: readonly AlertTarget[]
}

const SPEC = {
  name: optional(
    custom<string>('a text of 1 to 128 characters', (value): value is string => isText(value) && value.length <= 128),
  ),
  on: custom<AlertKind | readonly AlertKind[]>(
    `one or several of ${ALERT_KINDS.join(', ')}`,
    (value): value is AlertKind | readonly AlertKind[] =>
      isOneOrMany(value, (kind) => ALERT_KINDS.includes(kind as AlertKind)),
  ),
  jobs: optional(
    custom<NonNullable<AlertRule['jobs']>>(
      'a name, a list of names, or a function',
      (value): value is NonNullable<AlertRule['jobs']> => typeof value === 'function' || isOneOrMany(value, isText),
    ),
  ),
  after: integer({ min: 1, max: 1000, default: 1 }),
  every: integer({ min: 0, default: 3_600_000 }),
  stalledAfter: optional(integer({ min: 1000 })),
  leaderlessAfter: integer({ min: 0, default: 120_000 }),
  to: withheld(
    custom<AlertTarget | readonly AlertTarget[]>(
      'one or several of { webhook: URL, secret }, { slack: URL } and functions',
      (value): value is AlertTarget | readonly AlertTarget[] => isOneOrMany(value, isTarget),
    ),
  ),
}

/** @throws S3SchedError `INVALID_OPTIONS` */
export function resolveRules(rules: readonly AlertRule[]): readonly ResolvedRule[] {
  if (!Array.isArray(rules)) throw wrongArgument('alerts', 'a list of rules', rules)
  const resolved = rules.map(resolveRule)
  const twice = resolved.find(({ name }, index) => resolved.findIndex((other) => other.name === name) !== index)
  if (twice === undefined) return resolved
  throw new S3SchedError(`expected the alerts to have different names, got '${twice.name}' twice`, {
    code: 'INVALID_OPTIONS',
    suggestion: 'Give each of them a name, or put their targets together',
  })
}

function resolveRule(rule: AlertRule, index: number): ResolvedRule {
  const given = resolveOptions(`alerts[${index}]`, SPEC, rule)
  const { after, jobs } = given
  const on = asList(given.on)
  return {
    name: given.name ?? nameOf(on, jobs, after),
    on: new Set(on),
    covers: coversOf(jobs),
    after,
    everyMs: given.every,
    stalledAfterMs: given.stalledAfter,
    leaderlessAfterMs: given.leaderlessAfter,
    targets: asList(given.to),
  }
}

function coversOf(jobs: AlertRule['jobs']): (job: string) => boolean {
  if (jobs === undefined) return () => true
  if (typeof jobs === 'function') return jobs
  const names = new Set(asList(jobs))
  return (job) => names.has(job)
}

function nameOf(on: readonly AlertKind[], jobs: AlertRule['jobs'], after: number): string {
  const text = JSON.stringify([on.toSorted(), typeof jobs === 'function' ? String(jobs) : (jobs ?? null), after])
  return createHash('sha256').update(text).digest('base64url').slice(0, 12)
}

function isTarget(value: unknown): boolean {
  if (typeof value === 'function') return true
  if (typeof value !== 'object' || value === null) return false
  const { secret, slack, webhook, ...more } = value as Readonly<Record<string, unknown>>
  const urls = [slack, webhook].filter((url) => url !== undefined)
  return (
    Object.keys(more).length === 0 && urls.length === 1 && isUrl(urls[0]) && (secret === undefined || isText(secret))
  )
}

function isUrl(value: unknown): boolean {
  return typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0
}

function isOneOrMany(value: unknown, isOne: (item: unknown) => boolean): boolean {
  return Array.isArray(value) ? value.length > 0 && value.every(isOne) : isOne(value)
}

function asList<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [value as T]
}
