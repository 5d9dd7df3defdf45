import type { FleetSnapshot } from '../fleet/fleet-snapshot.ts'
import type { Html } from '../html/html.ts'
import type { Links } from '../html/links.ts'
import type { Action } from '../http/route.ts'

/** The input of a page. */
export interface PageContext {
  readonly snapshot: FleetSnapshot
  readonly links: Links
  readonly query: URLSearchParams
  /** Epoch ms. */
  readonly now: number
  /** The zone of the shown times, and so of days in filters. */
  readonly zone: string
  /** What this viewer may do with the job of the page; empty for a page without a job. */
  readonly actions: ReadonlySet<Action>
}

export interface Page {
  readonly title: string
  /** The page's entry in the navigation. */
  readonly section: 'overview' | 'timeline' | 'jobs' | 'failures' | 'none'
  readonly body: Html
  /**
   * The page after a change in the bucket: replaced; offered anew, where a reload costs requests; or `fixed`, where a
   * reload would show the same. @default 'replace'
   */
  readonly live?: 'replace' | 'offer' | 'fixed'
  /** @default 200 */
  readonly status?: number
}
