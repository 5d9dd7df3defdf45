/**
 * Why a page elsewhere can't make a browser press a button here.
 *
 * A browser says where a request comes from (`Sec-Fetch-Site`, or `Origin`), and a page can't change that: anything but
 * our own origin is refused. For what says neither, and beside it for all: a random token stands in a cookie that only
 * our own pages' requests carry (`SameSite=Strict`), and again in each form; another page can read neither.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Random } from '@s3sched/kernel'
import { parse, serialize } from 'cookie'

const COOKIE = 's3sched_dashboard'
const TOKEN = /^[A-Za-z0-9_-]{22}$/

/** The token of this browser, which gets one in a cookie if it has none. */
export function tokenFor(req: IncomingMessage, res: ServerResponse, random: Random, base: string): string {
  const known = tokenOf(req)
  if (known !== undefined) return known
  const token = random.id()
  const cookie = serialize(COOKIE, token, { httpOnly: true, sameSite: 'strict', path: base === '' ? '/' : base })
  res.appendHeader('set-cookie', cookie)
  return token
}

/** Whether a form came from one of our own pages. */
export function isOurs(req: IncomingMessage, given: string): boolean {
  const site = req.headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin') return false
  if (site === undefined && !isSameOrigin(req)) return false
  const known = tokenOf(req)
  return known !== undefined && timingSafeEqual(digest(known), digest(given))
}

function isSameOrigin({ headers }: IncomingMessage): boolean {
  if (headers.origin === undefined) return true
  return URL.canParse(headers.origin) && new URL(headers.origin).host === headers.host
}

function tokenOf(req: IncomingMessage): string | undefined {
  const token = parse(req.headers.cookie ?? '')[COOKIE]
  return token !== undefined && TOKEN.test(token) ? token : undefined
}

/** Of equal length, whatever was given. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
