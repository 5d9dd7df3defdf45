import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/**
 * A file for the pages; the pages load nothing from elsewhere. The file name holds a part of the hash, so browsers may
 * cache the file for ever.
 */
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

/** One style sheet from several files, in this order: a later file may refine an earlier file. */
const STYLES = ['colours', 'frame', 'text', 'blocks', 'controls', 'plots', 'narrow'] as const

/** One script from several files, in this order. */
const SCRIPTS = ['axis-labels', 'dashboard'] as const

/** Reads the package's folder `assets`; the relative path is the same from here as from the built file. */
export function readAssets(): Assets {
  const style = STYLES.map((name) => read(`style/${name}.css`)).join('\n')
  const script = SCRIPTS.map((name) => read(`${name}.js`)).join('\n')
  return {
    style: asset('dashboard', 'css', style, 'text/css; charset=utf-8'),
    script: asset('dashboard', 'js', script, 'text/javascript; charset=utf-8'),
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
