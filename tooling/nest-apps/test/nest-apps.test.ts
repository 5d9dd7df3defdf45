import { expect, it } from 'vitest'
import { type Format, startApp } from '../src/start-app.ts'

it.concurrent.each<[string, Format, string[]]>([
  ['nest-10', 'commonjs', ['--hooks']],
  ['nest-11', 'commonjs', []],
  ['nest-11', 'es6', ['--hooks']],
])(
  'an application of %s, as %s and with %o, runs decorated methods, injects the scheduler, and drains at SIGTERM',
  async (version, format, args) => {
    await using app = await startApp(version, format, args)
    const url = await app.line('http://')
    expect(((await (await fetch(url)).json()) as string[]).toSorted()).toEqual(['poll', 'report'])
    await app.line('sent report')
    const ended = app.kill('SIGTERM')
    await app.line('report was told to end')
    expect(await ended).toBe('SIGTERM')
  },
)
