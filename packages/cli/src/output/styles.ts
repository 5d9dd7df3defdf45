import pico from 'picocolors'
import type { RunStatus } from '@s3sched/history'
import type { Io } from '../io.ts'

export type Style = (text: string) => string

export interface Styles {
  readonly bold: Style
  readonly dim: Style
  readonly good: Style
  readonly bad: Style
  readonly warn: Style
  /** By the outcome of a run. */
  readonly status: (text: string, status: RunStatus | null | undefined) => string
}

/** Colours for a terminal with colours; see no-color.org. */
export function stylesOf({ env, stdout }: Io, wanted: boolean): Styles {
  const refused = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb'
  const { bold, dim, green, red, yellow } = pico.createColors(wanted && stdout.isTerminal && !refused)
  const byStatus: Readonly<Record<RunStatus, Style>> = {
    success: green,
    failed: red,
    timeout: red,
    lost: red,
    missed: yellow,
    skipped: yellow,
    cancelled: yellow,
  }
  const status: Styles['status'] = (text, of) => (of == null ? text : (byStatus[of] ?? plain)(text))
  return { bold, dim, good: green, bad: red, warn: yellow, status }
}

function plain(text: string): string {
  return text
}
