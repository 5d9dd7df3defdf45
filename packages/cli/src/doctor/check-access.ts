import type { Random } from '@s3sched/kernel'
import { encodeDocument, listAll, StoreError, type ObjectStore } from '@s3sched/store'
import { ok, problemOf, type Finding } from './finding.ts'
import type { Rights } from './rights.ts'

export interface AccessDeps {
  /** Below the prefix. */
  readonly store: ObjectStore
  /** The store without the prefix; `undefined` where the prefix is empty, or the store has no rights. */
  readonly whole: ObjectStore | undefined
  readonly random: Random
  readonly signal: AbortSignal
  readonly rights: Rights
  /** True when writes are to be tried. */
  readonly mayWrite: boolean
}

/** Checks that the bucket can be reached: 1 LIST. */
export async function checkReach({ signal, store }: AccessDeps): Promise<Finding> {
  try {
    await listOne(store, signal)
    return ok('reach', `${store.description} answers`)
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    // A bucket that refuses was reached; the next checks tell which right is missing.
    if (error.code === 'ACCESS_DENIED') return ok('reach', `${store.description} answers, and refuses to list`)
    return problemOf('reach', error)
  }
}

/** Tries each right that s3sched needs: 2 LIST, 1 GET, and 1 PUT and 1 DELETE with `mayWrite`, on a key of its own. */
export async function checkRights(deps: AccessDeps): Promise<Finding[]> {
  const { mayWrite, random, rights, signal, store } = deps
  const key = `probe/doctor-${random.id()}.json`
  const findings = [await tryRight('right-list', 'list', rights.list, () => listOne(store, signal))]
  const read = (): Promise<Finding> => tryRight('right-read', 'read', rights.read, () => store.get(key, { signal }))
  if (!mayWrite) {
    // Without the right to list, a server does not tell a missing object: the read is denied.
    const canTell = findings.every(({ level }) => level === 'ok')
    return [...findings, ...(canTell ? [await read()] : []), ...(await checkBeyond(deps))]
  }
  findings.push(
    await tryRight('right-write', 'write', rights.write, async () => {
      const put = await store.put(key, encodeDocument({}, random.id()), { condition: { ifAbsent: true }, signal })
      if (put.outcome === 'unknown') throw put.cause
    }),
    await read(),
    await tryRight('right-delete', 'delete', rights.delete, () => store.delete(key, { signal })),
    ...(await checkBeyond(deps)),
  )
  return findings
}

async function tryRight(
  check: Finding['check'],
  verb: string,
  right: string,
  attempt: () => Promise<unknown>,
): Promise<Finding> {
  try {
    await attempt()
    return ok(check, `may ${verb}`)
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    if (error.code !== 'ACCESS_DENIED') return problemOf(check, error)
    // The system of a folder knows no rights of S3, and its error names the file.
    if ('errno' in error.context) return problemOf(check, error)
    return { check, level: 'problem', message: `may not ${verb}`, advice: `Allow ${right}` }
  }
}

/** An unneeded right is a right of a thief with the key, too. */
async function checkBeyond({ signal, whole }: AccessDeps): Promise<Finding[]> {
  if (whole === undefined) return []
  try {
    await listOne(whole, signal)
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    return [ok('rights-beyond', 'sees nothing beside the prefix')]
  }
  return [
    {
      check: 'rights-beyond',
      level: 'notice',
      message: 'may list the whole bucket, which s3sched does not need',
      advice: 'If others use the bucket too, allow s3:ListBucket with a condition on s3:prefix only',
    },
  ]
}

async function listOne(store: ObjectStore, signal: AbortSignal): Promise<void> {
  await listAll(store, '', { limit: 1, signal })
}
