import { BoundedMap, describe } from '@s3sched/kernel'
import { InvalidScheduleError, quoted } from './invalid-schedule-error.ts'
import { nearestZones } from './nearest-zones.ts'
import { isZoneName, zoneHint } from './zone-name.ts'
import { IntlZone, utc, type Zone } from './zone.ts'

/** The IANA names, links included, are about 600. */
const MAX_ZONES = 1024
const zones = new BoundedMap<string, Zone>(MAX_ZONES)

/**
 * The zone with this name, with all cached periods.
 *
 * @throws InvalidScheduleError when the name is not in the tz database, or the engine doesn't know the zone; the
 * message suggests the nearest names.
 */
export function findZone(expression: string, name: string): Zone {
  return zones.get(name) ?? zones.set(name, makeZone(expression, name))
}

function makeZone(expression: string, name: string): Zone {
  if (name === 'UTC') return utc
  if (typeof name !== 'string' || !isZoneName(name)) throw unknownZone(expression, name)
  try {
    return new IntlZone(name)
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw unknownZone(expression, name)
  }
}

function unknownZone(expression: string, name: unknown): InvalidScheduleError {
  const [nearest, hint] = typeof name === 'string' ? [nearestZones(name), zoneHint(name)] : [[], undefined]
  const value = typeof name === 'string' ? name : describe(name)
  return new InvalidScheduleError({
    expression: typeof expression === 'string' ? expression : value,
    field: 'timezone',
    value,
    expected: 'an IANA time zone, such as Europe/Berlin',
    reason: `timezone ${quoted(value)} is no IANA time zone`,
    suggestion: hint ?? (nearest.length === 0 ? undefined : `Did you mean ${nearest.map(quoted).join(' or ')}?`),
  })
}
