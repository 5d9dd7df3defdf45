import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { livenessOf } from './process-mark.ts'
import { createHostProbe, systemHost, type ProcFiles } from './system-host.ts'

/** `/proc/<pid>/stat` of a program with a name as nasty as possible. */
const stat = (pid: number, startedAt: number, state = 'S', threads = 11): string =>
  `${pid} (a) R b) ${state} ${'0 '.repeat(16)}${threads} 0 ${startedAt} 1 2 3`

function files(proc: Readonly<Record<string, string>>, more: Partial<ProcFiles> = {}): ProcFiles {
  const read = (path: string): string => {
    const text = proc[path]
    if (text === undefined) throw new Error(`ENOENT ${path}`)
    return text
  }
  return { platform: 'linux', pid: 7, hostname: () => 'web-1', read, readLink: read, poke: () => undefined, ...more }
}

const proc = {
  '/proc/self/stat': stat(7, 900),
  '/proc/sys/kernel/random/boot_id': 'f83d\n',
  '/proc/self/ns/pid': 'pid:[1]',
  '/proc/self/ns/time': 'time:[2]',
}
const esrch = (): never => {
  throw Object.assign(new Error('kill ESRCH'), { code: 'ESRCH' })
}

describe('the mark of this process', () => {
  it('names the boot, the namespaces, the process and its start', () => {
    const mark = createHostProbe(files(proc)).self()
    expect(mark).toEqual({ host: 'web-1', pid: 7, proof: { realm: 'f83d pid:[1] time:[2]', startedAt: '900' } })
  })

  it('is there on a kernel without time namespaces', () => {
    const { '/proc/self/ns/time': _, ...old } = proc
    expect(createHostProbe(files(old)).self().proof?.realm).toBe('f83d pid:[1] time')
  })

  it.each([
    ['there is no boot id', files({ ...proc, '/proc/sys/kernel/random/boot_id': '' })],
    ['there is no /proc', files({})],
    ['/proc is that of another namespace', files({ ...proc, '/proc/self/stat': stat(4711, 900) })],
    ['it is no Linux', files(proc, { platform: 'darwin' })],
  ])('proves nothing where %s', (_, from) => {
    expect(createHostProbe(from).self()).toEqual({ host: 'web-1', pid: 7 })
  })
})

describe('a look at a process id', () => {
  it('finds it free when the kernel knows no such process', () => {
    expect(createHostProbe(files(proc, { poke: esrch })).look(8)).toEqual({ kind: 'free' })
  })

  it('finds who has it, also where this process may not signal it', () => {
    const from = files(
      { '/proc/8/stat': stat(8, 100) },
      {
        poke: () => {
          throw new Error('EPERM')
        },
      },
    )
    expect(createHostProbe(from).look(8)).toEqual({ kind: 'used', startedAt: '100' })
  })

  it('is no proof when /proc hides the process', () => {
    expect(createHostProbe(files(proc)).look(8)).toEqual({ kind: 'unknown' })
  })

  it('finds a zombie free, unless threads of it go on', () => {
    expect(createHostProbe(files({ '/proc/8/stat': stat(8, 100, 'Z', 1) })).look(8)).toEqual({ kind: 'free' })
    expect(createHostProbe(files({ '/proc/8/stat': stat(8, 100, 'Z', 3) })).look(8)).toMatchObject({ kind: 'used' })
  })
})

describe.runIf(process.platform === 'linux')('on this machine', () => {
  it('a process is here until it is killed, and gone from then on', async () => {
    const child = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1000)'])
    await once(child.stdout, 'data')
    const pid = child.pid ?? 0
    const startedAt = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19] ?? ''
    const self = systemHost.self()
    const mark = { ...self, pid, proof: { realm: self.proof?.realm ?? '', startedAt } }
    expect(livenessOf(mark, systemHost)).toBe('here')
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(livenessOf(mark, systemHost)).toBe('gone')
  })
})
