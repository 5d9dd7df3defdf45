import { listAll } from '@s3sched/store'
import type { Invocation } from './invocation.ts'

/** The most keys in the search for another prefix. */
const LOOKED_AT = 1000
const MARKS = /(^|.*\/)(?:leader\.json|changes\.json|probe\.json|jobs\/[^/]+\.json)$/

/**
 * The likely reason why no job was found: 1 LIST.
 * @returns `undefined` where an application has started and has no jobs
 */
export async function nothingFound(invocation: Invocation): Promise<string | undefined> {
  const { description } = invocation.operator()
  const keys = await listAll(invocation.wholeStore(), '', { limit: LOOKED_AT, signal: invocation.io.signal })
  const prefixes = [...new Set(keys.map(({ key }) => MARKS.exec(key)?.[1]).filter((prefix) => prefix !== undefined))]
  if (prefixes.includes(invocation.prefix)) return undefined
  const nothing = `nothing of s3sched lies in ${description}`
  if (prefixes.length > 0) {
    const others = prefixes.slice(0, 3).map((prefix) => `--prefix '${prefix}'`)
    return `${nothing}, but there is something elsewhere: try ${others.join(' or ')}`
  }
  if (keys.length === 0)
    return `${nothing}: it is empty. Start an instance of the application, or look at another bucket`
  return `${nothing}: what is there belongs to another program. Look at another bucket, or give the right --prefix`
}
