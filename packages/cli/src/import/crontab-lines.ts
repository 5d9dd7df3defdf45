/**
 * Reads a crontab as cronie and Debian's cron do (crontab(5)).
 *
 * A line is a comment, a variable, or an entry. A variable holds for all entries below, and replaces no name in the
 * values of others. An entry has five fields or a nickname, in the system's files a user, and a command. The first `%`
 * without a backslash ends the command; the rest is its standard input, with each further `%` as the end of a line.
 */
export type CrontabLine = CrontabVariable | CrontabEntry | CrontabComment | UnreadableLine

interface Numbered {
  /** Counted from 1. */
  readonly line: number
}

export interface CrontabVariable extends Numbered {
  readonly kind: 'variable'
  readonly name: string
  readonly value: string
}

export interface CrontabEntry extends Numbered {
  readonly kind: 'entry'
  /** Five fields with a space between, or a nickname, as written. */
  readonly schedule: string
  readonly user: string | undefined
  readonly command: string
  readonly stdin: string | undefined
}

interface CrontabComment extends Numbered {
  readonly kind: 'comment'
  readonly text: string
}

interface UnreadableLine extends Numbered {
  readonly kind: 'unreadable'
  readonly text: string
}

const VARIABLE = /^(?:"([^"]+)"|'([^']+)'|([A-Za-z_][^\s=]*))\s*=\s*(.*)$/
const ENTRY = /^(@\S+|\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(.*)$/

/** @param hasUsers - the entries name a user, as in `/etc/crontab` */
export function readCrontab(text: string, hasUsers: boolean): CrontabLine[] {
  return text.split(/\r?\n/).flatMap((raw, index) => {
    const trimmed = raw.trim()
    return trimmed === '' ? [] : [readLine(trimmed, index + 1, hasUsers)]
  })
}

function readLine(text: string, line: number, hasUsers: boolean): CrontabLine {
  if (text.startsWith('#')) return { kind: 'comment', line, text: text.replace(/^#+\s*/, '') }
  const [, double, single, plain, value] = VARIABLE.exec(text) ?? []
  const name = double ?? single ?? plain
  if (name !== undefined && value !== undefined) return { kind: 'variable', line, name, value: unquote(value) }
  // A dash keeps the entry out of the system's log.
  const [, fields, rest = ''] = ENTRY.exec(text.replace(/^-/, '')) ?? []
  const [, user, command] = hasUsers ? (/^(\S+)\s+(.*)$/.exec(rest) ?? []) : ['', undefined, rest]
  if (fields === undefined || command === undefined || command === '') return { kind: 'unreadable', line, text }
  return { kind: 'entry', line, schedule: fields.replaceAll(/\s+/g, ' '), user, ...splitAtPercent(command) }
}

function unquote(value: string): string {
  return /^(["']).*\1$/.test(value) ? value.slice(1, -1) : value
}

function splitAtPercent(text: string): Pick<CrontabEntry, 'command' | 'stdin'> {
  const [command = '', ...input] = text.split(/(?<!\\)%/).map((part) => part.replaceAll(String.raw`\%`, '%'))
  return { command: command.trim(), stdin: input.length === 0 ? undefined : `${input.join('\n')}\n` }
}
