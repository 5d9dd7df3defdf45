import { S3SchedError } from '@s3sched/kernel'
import { listAll } from '@s3sched/store'
import type { Invocation } from './invocation.ts'
import { plainText } from './output/plain-text.ts'

/** The most keys in the search for another prefix. */
const LOOKED_AT = 1000
const MARKS = /(^|.*\/)(?:leader\.json|changes\.json|probe\.json|jobs\/pages\/(?:root|[01]+)\.json)$/

/** The first letters of the keys with a mark, in the place of s3sched. */
const MARKED = ['leader.json', 'changes.json', 'probe.json', 'jobs/pages/']

/** Where the check of a first start puts its objects. */
const CHECKS = ['probe/', 'probe-refused/']

/**
 * For a command that found nothing to show: prints that nothing of s3sched lies there, with the likely reason.
 * @param empty - the command's own fields of `--json`, without contents
 * @returns `false`, with nothing printed, where an application has started
 */
export async function tellNothingFound(
  invocation: Invocation,
  empty: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  const nothing = await nothingFound(invocation)
  if (nothing === undefined) return false
  if (invocation.json) {
    await invocation.printJson({ store: invocation.operator().description, ...empty, found: false })
  } else await invocation.print(`${plainText(nothing)}.`)
  return true
}

/**
 * For a command whose output is data: says so as an error.
 * @throws S3SchedError `NOTHING_FOUND`
 */
export async function refuseNothingFound(invocation: Invocation): Promise<void> {
  const nothing = await nothingFound(invocation)
  if (nothing !== undefined) throw new S3SchedError(nothing, { code: 'NOTHING_FOUND' })
}

/**
 * The likely reason why nothing was found: 1 LIST, and 4 more where the store is large.
 * @returns `undefined` where an application has started
 */
async function nothingFound(invocation: Invocation): Promise<string | undefined> {
  const { description } = invocation.operator()
  const keys = await listAll(invocation.wholeStore(), '', { limit: LOOKED_AT, signal: invocation.io.signal })
  const prefixes = [...new Set(keys.map(({ key }) => MARKS.exec(key)?.[1]).filter((prefix) => prefix !== undefined))]
  if (prefixes.includes(invocation.prefix)) return undefined
  if (keys.length >= LOOKED_AT && (await isMarked(invocation))) return undefined
  const nothing = `nothing of s3sched lies in ${description}`
  if (prefixes.length > 0) {
    const others = prefixes.slice(0, 3).map((prefix) => `--prefix '${prefix}'`)
    return `${nothing}, but there is something elsewhere: try ${others.join(' or ')}`
  }
  if (keys.length === 0)
    return `${nothing}: it is empty. Start an instance of the application, or look at another bucket`
  if (keys.some(({ key }) => CHECKS.some((check) => key.startsWith(invocation.prefix + check)))) {
    const start = 'a first start that was refused, or was ended before its check of the store was over'
    return `${nothing} but objects of ${start}. Start an instance again, or ask 's3sched doctor' about the store`
  }
  return `${nothing}: what is there belongs to another program. Look at another bucket, or give the right --prefix`
}

/** The first keys of a large store may all lie elsewhere. */
async function isMarked(invocation: Invocation): Promise<boolean> {
  const { store } = invocation.operator()
  const { signal } = invocation.io
  const found = await Promise.all(MARKED.map((start) => listAll(store, start, { limit: 1, signal })))
  return found.some((keys) => keys.length > 0)
}
