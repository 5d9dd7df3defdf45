import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text as textOf } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { run } from '../child.mjs'

const options = { cwd: process.cwd(), env: process.env }
const module = fileURLToPath(new URL('../child.mjs', import.meta.url))

it('answers with the exit code and both streams', async () => {
  const script = 'console.log("out"); console.error("err"); process.exit(3)'
  const { code, output } = await run('node', ['-e', script], options)
  expect(code).toBe(3)
  expect(output).toContain('out')
  expect(output).toContain('err')
})

it('names the signal that has ended a child', async () => {
  const { code, output } = await run('node', ['-e', 'process.kill(process.pid, "SIGTERM")'], options)
  expect(code).toBe(1)
  expect(output).toContain('node was ended by SIGTERM')
})

it('kills what a child left running', async () => {
  // The grandchild holds the output open: with a live grandchild, `run` would not return.
  const grandchild = `['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' }`
  const script = `require('node:child_process').spawn('node', ${grandchild}); console.log('left'); process.exit()`
  expect(await run('node', ['-e', script], options)).toEqual({ code: 0, output: 'left\n' })
})

it('kills a child that takes too long, and says so', async () => {
  const { code, output } = await run('node', ['-e', 'setInterval(() => {}, 1000)'], { ...options, timeoutMs: 200 })
  expect(code).toBe(1)
  expect(output).toContain('did not end within 0.2 s')
})

it('gives the input of this process to a child that is shown, and none to another', async () => {
  const child = `process.stdin.on("data", (data) => console.log("read " + data)).on("end", () => console.log("end"))`
  const parent = `
    import { run } from ${JSON.stringify(module)}
    for (const show of [false, true]) {
      const { output } = await run('node', ['-e', ${JSON.stringify(child)}], { cwd: process.cwd(), env: process.env, show })
      if (!show) console.log(output.trim())
    }`
  const started = spawn('node', ['--input-type=module', '-e', parent], { stdio: ['pipe', 'pipe', 'inherit'] })
  started.stdin.end('a crontab')
  expect(await textOf(started.stdout)).toBe('end\nread a crontab\nend\n')
})

it('passes Ctrl-C on to the child, waits for its end, and starts nothing more', async () => {
  const child = `process.on("SIGINT", () => { console.log("tidy"); process.exit() }); console.log("up"); setInterval(() => {}, 1000)`
  const parent = `
    import { Interrupted, run } from ${JSON.stringify(module)}
    const options = { cwd: process.cwd(), env: process.env, show: true }
    for (let turn = 0; turn < 2; turn++) {
      try { await run('node', ['-e', ${JSON.stringify(child)}], options) }
      catch (error) { console.log(error instanceof Interrupted ? 'interrupted' : error) }
    }`
  const started = spawn('node', ['--input-type=module', '-e', parent], { stdio: ['ignore', 'pipe', 'inherit'] })
  let seen = ''
  started.stdout.setEncoding('utf8').on('data', (text: string) => {
    seen += text
    if (text.startsWith('up')) started.kill('SIGINT')
  })
  const [code] = (await once(started, 'close')) as [number]
  expect(seen.split('\n')).toEqual(['up', 'tidy', 'interrupted', 'interrupted', ''])
  expect(code).toBe(130)
})
