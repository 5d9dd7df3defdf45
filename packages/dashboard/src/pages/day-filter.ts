import { toDate } from '@s3sched/kernel'
import { html, type Html } from '../html/html.ts'
import { startOfDay } from '../html/zone.ts'
import { utcDay } from '../plot/utc-day.ts'

/** Days as chosen in a form, `2026-03-29`; both are included. */
export interface Days {
  readonly from: string | undefined
  readonly to: string | undefined
}

const DAY_MS = 86_400_000

/** A `to` before `from` is ignored. */
export function readDays(query: URLSearchParams): Days {
  const day = (name: string): string | undefined => {
    const given = query.get(name) ?? ''
    return /^\d{4}-\d\d-\d\d$/.test(given) && utcDay(given) >= 0 ? given : undefined
  }
  const [from, to] = [day('from'), day('to')]
  return { from, to: from !== undefined && to !== undefined && to < from ? undefined : to }
}

/** The instants of the days in the zone of the shown times, epoch ms. */
export function periodOf({ from, to }: Days, zone: string): { readonly since?: number; readonly until?: number } {
  return {
    ...(from === undefined ? {} : { since: startOfDay(from, zone) }),
    ...(to === undefined ? {} : { until: startOfDay(dayAfter(to), zone) }),
  }
}

/** The fields of a form. */
export function dayFilter({ from, to }: Days, zone: string): Html {
  return html`<span class="pair"
      ><label for="from">from</label> <input id="from" name="from" type="date" value="${from}"
    /></span>
    <span class="pair"><label for="to">to</label> <input id="to" name="to" type="date" value="${to}" /></span>
    <span class="note" data-in-zone>(${zone})</span>`
}

function dayAfter(date: string): string {
  return toDate(utcDay(date) + DAY_MS)
    .toISOString()
    .slice(0, 10)
}
