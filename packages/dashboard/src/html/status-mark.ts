import type { RunStatus } from '@s3sched/history'
import type { JobState } from '@s3sched/operator'
import { html, type Html } from './html.ts'

/** A shape per status beside its colour, for readers who don't see the colour. */
const SHAPES: Readonly<Record<RunStatus | JobState | 'running' | 'failing', string>> = {
  success: '✓',
  failed: '✕',
  timeout: '◔',
  cancelled: '⊘',
  skipped: '↷',
  missed: '○',
  lost: '?',
  running: '▶',
  failing: '✕',
  active: '●',
  paused: '‖',
  disabled: '–',
  removed: '✕',
}

export function statusMark(status: RunStatus | JobState | 'running' | 'failing'): Html {
  return html`<span class="mark is-${status}"><span aria-hidden="true">${SHAPES[status]}</span> ${status}</span>`
}
