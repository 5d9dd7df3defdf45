import { createHash, timingSafeEqual } from 'node:crypto'
import { orLate } from '@s3sched/kernel'
import { LEAST_SECRET, type ResolvedHandlerOptions } from './due-options.ts'
import type { Limit } from './limit.ts'

/** `unset`: there is no secret to compare with, so nobody can be let in. */
export type CallerRights = 'allowed' | 'refused' | 'unset'

export async function rightsOf(
  request: Request,
  { authorize, secret = process.env['CRON_SECRET'], ...limit }: ResolvedHandlerOptions,
): Promise<CallerRights> {
  if (authorize !== undefined) return (await isAllowed(request, authorize, limit)) ? 'allowed' : 'refused'
  if (secret === undefined || secret.length < LEAST_SECRET) return 'unset'
  const [, given] = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '') ?? []
  return given !== undefined && timingSafeEqual(digest(given), digest(secret)) ? 'allowed' : 'refused'
}

async function isAllowed(
  request: Request,
  authorize: NonNullable<ResolvedHandlerOptions['authorize']>,
  limit: Limit,
): Promise<boolean> {
  const decide = async (): Promise<unknown> => authorize(request)
  try {
    return (await orLate(limit.clock, limit.limitMs, decide())) === true
  } catch {
    return false // documented: an error refuses
  }
}

/** A digest, because the comparison takes texts of equal length, and its time must not tell the length. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
