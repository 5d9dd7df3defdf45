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

/** Reads what lies in the package's folder `assets`; from here it has the same way to it as from the built file. */
export function readAssets(): Assets {
  return {
    style: readAsset('dashboard', 'css', 'text/css; charset=utf-8'),
    script: readAsset('dashboard', 'js', 'text/javascript; charset=utf-8'),
    icon: { ...readAsset('icon', 'svg', 'image/svg+xml'), file: 'icon.svg' },
  }
}

function readAsset(name: string, extension: string, type: string): Asset {
  const body = readFileSync(new URL(`../assets/${name}.${extension}`, import.meta.url), 'utf8')
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 12)
  return { file: `${name}.${hash}.${extension}`, type, body }
}
