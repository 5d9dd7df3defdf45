import { scaleLinear } from '#scales'
import { formatDuration } from '../html/duration.ts'
import { html, type Html } from '../html/html.ts'
import type { Level } from './scatter.ts'

/** Percentiles as bars with their values. */
export function percentileBars(levels: readonly Level[], caption: string): Html | null {
  if (levels.length === 0) return null
  const width = scaleLinear([0, Math.max(...levels.map(({ ms }) => ms), 1)], [0, 100])
  const rows = levels.map(
    ({ ms, name }) =>
      html`<tr>
        <th scope="row">${name}</th>
        <td class="bar">
          <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
            <rect class="is-${name}" width="${Math.round(width(ms) * 10) / 10}" height="10" />
          </svg>
        </td>
        <td class="number">${formatDuration(ms)}</td>
      </tr>`,
  )
  return html`<table class="bars">
    <caption>
      ${caption}
    </caption>
    <thead class="hidden">
      <tr>
        <th scope="col">Percentile</th>
        <th scope="col">Bar</th>
        <th scope="col">Duration</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`
}
