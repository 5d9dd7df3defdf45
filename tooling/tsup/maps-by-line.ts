import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { decode, encode } from '@jridgewell/sourcemap-codec'

/**
 * Shortens the maps of a build: a line of the code names each line of a source once, at its first place. A stack trace and
 * a step of a debugger name lines, and the places inside of the lines would be two thirds of the maps.
 */
export function keepLinesOfMaps(folder: string): void {
  for (const file of globSync(`${folder}/**/*.js.map`)) {
    const map = JSON.parse(readFileSync(file, 'utf8')) as { readonly mappings: string }
    writeFileSync(file, JSON.stringify({ ...map, mappings: byLine(map.mappings) }))
  }
}

/** Leaves out each place of a source in the same line as the place before. */
function byLine(mappings: string): string {
  const lines = decode(mappings).map((segments) =>
    segments.filter(([, source, line], index) => {
      const [, sourceBefore, lineBefore] = segments[index - 1] ?? []
      return source !== sourceBefore || line !== lineBefore
    }),
  )
  return encode(lines)
}
