import { spawnSync } from 'node:child_process'
import { beforeAll, expect, it } from 'vitest'
import { createManualClock } from '@s3sched/kernel/testing'
import { runWords } from './terminal.ts'

let script: string

beforeAll(async () => {
  script = (await runWords(['completion', 'bash'], { clock: createManualClock() })).stdout
})

/** The proposals of bash for lines that end with the cursor, by a program that tells how it was asked for names. */
function propose(lines: readonly string[]): string[] {
  const asked = lines.map(
    (line) => `COMP_LINE='${line}' COMP_WORDS=(${line.endsWith(' ') ? `${line}''` : line})
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _s3sched; echo "\${COMPREPLY[*]}"`,
  )
  const stub = `s3sched() { shift 2; printf '%s\\n' bill bills.daily 'send mails' "$(IFS=_; echo "where:$*")"; }`
  const { stdout } = spawnSync('bash', ['--norc', '-c', `complete() { :; }\n${script}\n${stub}\n${asked.join('\n')}`], {
    encoding: 'utf8',
  })
  return stdout.trimEnd().split('\n')
}

it('bash completes commands, options and the names of jobs of the store of the line', () => {
  expect(
    propose([
      's3sched --json paus',
      's3sched pause ',
      's3sched pause bills',
      's3sched pause send',
      's3sched --store s3://bucket/x --prefix app logs w',
      's3sched pause --dr',
      's3sched show --job bills',
      's3sched completion z',
    ]),
  ).toEqual([
    'pause',
    String.raw`bill bills.daily send\ mails where:`,
    'bills.daily',
    String.raw`send\ mails`,
    'where:s3://bucket/x_--prefix_app',
    '--dry-run',
    'bills.daily',
    'zsh',
  ])
})
