import { expect, it } from 'vitest'
import { createLinks } from '../html/links.ts'
import { routeOf } from './route.ts'

const links = createLinks('/cron')

it.each(['report', 'user/42', '..', '.', 'a b?c#d', 'Über', '=2F', '%2F', 'a\\b', 'jobs'])(
  'the links of job %j lead to its pages, whatever decodes or shortens the address on its way',
  (job) => {
    const shortened = (link: string): string => new URL(link, 'http://host').pathname.slice('/cron'.length)
    for (const each of [shortened, (link: string) => decodeURIComponent(shortened(link))]) {
      expect(routeOf(each(links.job(job)))).toEqual({ to: 'job', job })
      expect(routeOf(each(links.calendar(job)))).toEqual({ to: 'calendar', job })
      expect(routeOf(each(links.action(job, 'pause')))).toEqual({ to: 'action', job, action: 'pause' })
      expect(routeOf(each(links.run({ job, runId: 'r1', scheduledTime: 1 })))).toEqual({ to: 'run', job, runId: 'r1' })
    }
  },
)

it('an address typed by a person may have the name in percent signs', () => {
  expect(routeOf('/jobs/user%2F42')).toEqual({ to: 'job', job: 'user/42' })
})
