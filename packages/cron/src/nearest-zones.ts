import { didYouMean } from '@s3sched/kernel'

const MOST = 3

/** The probable zones for a misspelt name, nearest first: the same city, then a similar spelling. */
export function nearestZones(name: string): readonly string[] {
  const known = Intl.supportedValuesOf('timeZone')
  const city = cityOf(name)
  const found = new Set(known.filter((zone) => cityOf(zone) === city))
  for (const [text, spell] of [[name, (zone: string) => zone] as const, [city, cityOf] as const]) {
    let left = known.filter((zone) => !found.has(zone))
    for (
      let next = nearest(text, left, spell);
      next !== undefined && found.size < MOST;
      next = nearest(text, left, spell)
    ) {
      found.add(next)
      left = left.filter((zone) => zone !== next)
    }
  }
  return [...found].slice(0, MOST)
}

function nearest(text: string, zones: readonly string[], spell: (zone: string) => string): string | undefined {
  const meant = didYouMean(text, zones.map(spell))
  return zones.find((zone) => spell(zone) === meant)
}

function cityOf(name: string): string {
  return name
    .slice(name.lastIndexOf('/') + 1)
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_')
}
