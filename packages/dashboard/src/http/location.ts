import type { IncomingMessage } from 'node:http'

/** Where a request goes. */
export interface Location {
  /** What the links begin with: the path that the dashboard is mounted at, without a slash at its end. */
  readonly base: string
  /** Below `base`, still encoded; begins with a slash. */
  readonly path: string
  readonly query: URLSearchParams
}

/** What Express and its like add to a request. */
interface MountedRequest extends IncomingMessage {
  readonly originalUrl?: unknown
  readonly baseUrl?: unknown
}

/**
 * Express cuts the mount path off `url` and keeps it in `baseUrl`; a plain server leaves it in `url`.
 * @param basePath - as the option says; `undefined`: as the framework says
 * @returns `undefined` for what lies outside
 */
export function locate(req: MountedRequest, basePath: string | undefined): Location | undefined {
  const url = typeof req.originalUrl === 'string' ? req.originalUrl : (req.url ?? '/')
  const base = (basePath ?? (typeof req.baseUrl === 'string' ? req.baseUrl : '')).replace(/\/+$/, '')
  const [path = '', ...search] = url.split('?')
  if (path !== base && !path.startsWith(`${base}/`)) return undefined
  return { base, path: path.slice(base.length) || '/', query: new URLSearchParams(search.join('?')) }
}
