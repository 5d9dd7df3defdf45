import type { HistoryProblem } from '@s3sched/history'
import { html, type Html } from './html.ts'

/** The most objects that are named. */
const NAMED = 5

/** Names the objects of the history whose runs are not shown. */
export function leftOut(problems: readonly HistoryProblem[]): Html | null {
  if (problems.length === 0) return null
  const more = problems.length - NAMED
  return html`<div class="note">
    <p>Runs may be missing here, since the history could not take these objects of the bucket whole:</p>
    <ul>
      ${problems.slice(0, NAMED).map(({ key, problem }) => html`<li class="text">${key}: ${problem}</li>`)}
    </ul>
    ${more > 0 && html`<p>And ${more} more.</p>`}
  </div>`
}
