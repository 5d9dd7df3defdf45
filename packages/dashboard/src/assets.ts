import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** What the pages load, all of it from here. Its name holds a part of its hash, so it may be kept for ever. */
export interface Asset {
  readonly file: string
  readonly type: string
  readonly body: string
}

export interface Assets {
  readonly style: Asset
  readonly script: Asset
  readonly icon: Asset
}

/** One style sheet of several files, in their order: a later one may refine what an earlier one says. */
const STYLES = ['colours', 'frame', 'text', 'blocks', 'controls', 'plots', 'narrow'] as const

/** Reads what lies in the package's folder `assets`; from here it has the same way to it as from the built file. */
export function readAssets(): Assets {
  const style = STYLES.map((name) => read(`style/${name}.css`)).join('\n')
  return {
    style: asset('dashboard', 'css', style, 'text/css; charset=utf-8'),
    script: asset('dashboard', 'js', read('dashboard.js'), 'text/javascript; charset=utf-8'),
    icon: { file: 'icon.svg', type: 'image/svg+xml', body: read('icon.svg') },
  }
}

function read(file: string): string {
  return readFileSync(new URL(`../assets/${file}`, import.meta.url), 'utf8')
}

function asset(name: string, extension: string, body: string, type: string): Asset {
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 12)
  return { file: `${name}.${hash}.${extension}`, type, body }
}
