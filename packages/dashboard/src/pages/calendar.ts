import { clockChanges, type ClockChange, type Schedule } from '@s3sched/cron'
import { toDate } from '@s3sched/kernel'
import { scheduleOf, type JobView } from '@s3sched/operator'
import { formatDuration } from '../html/duration.ts'
import { html, type Html } from '../html/html.ts'
import type { Page, PageContext } from './page.ts'
import { MANY, planYear, type DayPlan } from '../plot/plan-year.ts'
import { scheduleText } from './schedule-text.ts'

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** A year of a job's schedule, day by day in the schedule's own zone, with the days of clock changes. */
export function calendarPage({ links, now, query }: PageContext, job: JobView): Page {
  const given = Number(query.get('year') ?? Number.NaN)
  const year = Number.isInteger(given) && given >= 1970 && given <= 2200 ? given : toDate(now).getUTCFullYear()
  const title = `${job.name} in ${year}`
  const schedule = scheduleOf(job)
  if (schedule === null) {
    const body = html`<p>${job.scheduleProblem ?? 'It has no schedule: it is started by hand, or by other jobs.'}</p>`
    return { title, section: 'jobs', body }
  }
  const zone = schedule.timezone
  const days = planYear(schedule, year)
  const [first, last] = [days[0], days.at(-1)]
  const changes =
    first === undefined || last === undefined ? [] : clockChanges(zone, first.start - 1000, last.end - 1000)
  const body = html` <p class="lead">
      <a href="${links.job(job.name)}">${job.name}</a> <span class="text schedule">${scheduleText(job.spec)}</span> days
      as in ${zone}
    </p>
    <nav class="pager" aria-label="Years">
      <a href="${links.calendar(job.name, year - 1)}">${year - 1}</a> <span>${year}</span>
      <a href="${links.calendar(job.name, year + 1)}">${year + 1}</a>
    </nav>
    <section aria-labelledby="changes" class="panel">
      <h2 id="changes">Clock changes</h2>
      ${
        changes.length === 0
          ? html`<p>The clock of ${zone} does not change in ${year}.</p>`
          : html`<ul>
              ${changes.map((change) => changeText(change, schedule))}
            </ul>`
      }
    </section>
    <ul class="legend" aria-label="Shades">
      <li><span class="swatch n0" aria-hidden="true"></span>no tick</li>
      <li><span class="swatch n1" aria-hidden="true"></span>one</li>
      <li><span class="swatch n2" aria-hidden="true"></span>up to 24</li>
      <li><span class="swatch n3" aria-hidden="true"></span>more</li>
      <li><span class="swatch changes" aria-hidden="true"></span>clock change</li>
      <li><span class="swatch today" aria-hidden="true"></span>today</li>
    </ul>
    <div class="year panel">
      ${MONTHS.map((name, month) =>
        monthOf(
          name,
          days.filter((day) => day.month === month),
          changes,
          now,
        ),
      )}
    </div>`
  return { title, section: 'jobs', body }
}

/** The effect of a clock change on this schedule, in its own local time. */
function changeText({ afterMs, at, beforeMs }: ClockChange, schedule: Schedule): Html {
  const by = afterMs - beforeMs
  const which = by > 0 ? `forward by ${formatDuration(by)}` : `back by ${formatDuration(-by)}`
  const local = localTime(schedule.timezone)
  const near = schedule.upcoming(at - 1 - Math.abs(by), MANY).filter((tick) => tick < at + Math.abs(by))
  const more = near.length === MANY ? ' and more' : ''
  const ticks = near.length === 0 ? 'no tick is near it' : `ticks around it: ${near.map(local).join('; ')}${more}`
  return html`<li>${local(at)}: put ${which}; <span class="text">${ticks}</span></li>`
}

function localTime(timeZone: string): (at: number) => string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'shortOffset',
  })
  return (at) => format.format(at)
}

function monthOf(name: string, days: readonly DayPlan[], changes: readonly ClockChange[], now: number): Html {
  const lead = days[0]?.weekday ?? 0
  const cells = [...Array.from<undefined>({ length: lead }), ...days]
  const weeks = Array.from({ length: Math.ceil(cells.length / 7) }, (_, week) => cells.slice(week * 7, week * 7 + 7))
  return html`<table class="month">
    <caption>
      ${name}
    </caption>
    <thead>
      <tr>
        ${WEEKDAYS.map((day) => html`<th scope="col" abbr="${day}">${day.slice(0, 2)}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${weeks.map(
        (week) =>
          html`<tr>
            ${week.map((day) => (day === undefined ? html`<td></td>` : cellOf(day, changes, now)))}
          </tr>`,
      )}
    </tbody>
  </table>`
}

function cellOf({ count, date, day, end, start }: DayPlan, changes: readonly ClockChange[], now: number): Html {
  const isToday = now >= start && now < end
  const change = changes.some(({ at }) => at >= start && at < end)
  const shade = count === 0 ? 'n0' : count === 1 ? 'n1' : count < MANY ? 'n2' : 'n3'
  const ticks = count >= MANY ? `${MANY - 1} ticks or more` : count === 1 ? '1 tick' : `${count} ticks`
  const title = `${date}: ${ticks}${change ? ', the clock changes' : ''}`
  return html`<td class="${shade}${change && ' changes'}${isToday && ' today'}" title="${title}">
    ${day}<span class="hidden">${isToday && ', today'}: ${ticks}${change && ', the clock changes'}</span>
  </td>`
}
