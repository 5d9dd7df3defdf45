/**
 * Unneeded objects in the bucket. Nothing is deleted: each finding gives advice.
 *
 * The names directly below the prefix, and directly below jobs/, are found one after the other, 1 LIST each, by a skip
 * past each folder. So a million segments cost as much as one segment.
 */
import type { Operator } from '@s3sched/operator'
import type { ListedObject, ObjectStore } from '@s3sched/store'
import type { Io } from '../io.ts'
import { counted } from '../output/counted.ts'
import { formatDuration } from '../output/times.ts'
import { readLocks } from '../read-locks.ts'
import { ok, type Finding } from './finding.ts'

const KNOWN = new Set([
  'alerts.json',
  'archived/',
  'attention.json',
  'changes.json',
  'cleanup.json',
  'details/',
  'groups/',
  'history/',
  'jobs/',
  'leader.json',
  'live/',
  'locks/',
  'places/',
  'probe.json',
  'probe-refused/',
  'probe/',
  'pruned.json',
  'rare/',
  'resources/',
  'segments/',
  'shards/',
  'triggers/',
  'workers/',
])
/** The folders of the layout with an object for each job and each run. */
const OLD = new Set(['defined/', 'failures/', 'runs/'])
const JOBS = 'jobs/'
const PAGES = 'pages/'
/** The most unknown names in a finding. */
const NAMED = 5
const MOST_LEAPS = 100
const DAY_MS = 86_400_000

export async function checkLeftovers(operator: Operator, io: Io): Promise<Finding[]> {
  const { store } = operator
  const { signal } = io
  const [names, inJobs, trials, members, triggers, requests, locks] = await Promise.all([
    namesBelow(store, '', signal),
    namesBelow(store, JOBS, signal),
    olderThan(store, 'probe/', DAY_MS, io),
    olderThan(store, 'workers/', 2 * DAY_MS, io),
    olderThan(store, 'triggers/', 0, io),
    operator.requests(signal),
    readLocks(store, io),
  ])
  const findings: Finding[] = []
  const note = (message: string, advice: string): void => {
    findings.push({ check: 'leftovers', level: 'notice', message, advice })
  }
  const all = [...names, ...inJobs.filter((name) => name !== PAGES && name !== '').map((name) => `${JOBS}${name}`)]
  const old = all.filter(isOld)
  if (old.length > 0) {
    note(`objects of an earlier layout, which nobody reads: ${someOf(old)}`, 'Delete them by hand')
  }
  const unknown = all.filter((name) => !KNOWN.has(name) && !isOld(name))
  if (unknown.length > 0) {
    note(`objects that are not s3sched's: ${someOf(unknown)}`, 'Give s3sched a prefix of its own, or move them')
  }
  if (trials.length > 0) {
    note(
      `${counted(trials.length, 'trial object')} of probes that were killed`,
      'The next probe deletes them; so may you: probe/',
    )
  }
  if (members.length > 0) {
    note(
      `${counted(members.length, 'member object')} of instances that are long gone`,
      'The leader deletes them once a day',
    )
  }
  const understood = new Set(requests.map(({ key }) => key))
  const odd = triggers.filter(({ key }) => !understood.has(key))
  if (odd.length > 0) {
    note(
      `${counted(odd.length, 'object')} below triggers/ that nobody can read as a request`,
      'Nobody obeys them: delete them by hand',
    )
  }
  for (const { name, renewedMs, state } of locks) {
    if (state !== 'silent' || renewedMs === null) continue
    note(`lock '${name}': its holder has been silent for ${formatDuration(renewedMs)}`, 'The next one takes it over')
  }
  return findings.length > 0 ? findings : [ok('leftovers', 'nothing lies around')]
}

/** True for a folder or a job record of the layout with an object for each. */
function isOld(name: string): boolean {
  return OLD.has(name) || /^jobs\/.+\.json$/.test(name)
}

function someOf(names: readonly string[]): string {
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : ''
  return `${names
    .slice(0, NAMED)
    .map((name) => `'${name}'`)
    .join(', ')}${more}`
}

/** The objects of a prefix older than `ageMs`, by the store's own clock. */
async function olderThan(
  store: ObjectStore,
  prefix: string,
  ageMs: number,
  { clock, signal }: Io,
): Promise<ListedObject[]> {
  const old: ListedObject[] = []
  for await (const { objects, serverTime = clock.now() } of store.list(prefix, { signal })) {
    old.push(...objects.filter(({ lastModified }) => serverTime - lastModified >= ageMs))
  }
  return old
}

/** The names directly below a folder, folders with their slash. @param folder - empty, or with a slash at the end */
async function namesBelow(store: ObjectStore, folder: string, signal: AbortSignal): Promise<string[]> {
  const names: string[] = []
  let startAfter: string | undefined
  while (names.length < MOST_LEAPS) {
    let key: string | undefined
    for await (const { objects } of store.list(folder, { limit: 1, startAfter, signal })) key = objects[0]?.key ?? key
    if (key === undefined) break
    const slash = key.indexOf('/', folder.length)
    names.push(slash < 0 ? key.slice(folder.length) : key.slice(folder.length, slash + 1))
    // '0' follows '/': the first name beyond this folder.
    startAfter = slash < 0 ? key : `${key.slice(0, slash)}0`
  }
  return names
}
