import { BoundedMap } from './bounded-map.ts'
import { InvalidScheduleError, quoted } from './invalid-schedule-error.ts'
import { nearestZones } from './nearest-zones.ts'
import { IntlZone, utc, type Zone } from './zone.ts'

/** All IANA names with their links are about 600. */
const MAX_ZONES = 1024
const zones = new BoundedMap<string, Zone>(MAX_ZONES)

/**
 * The zone of that name, with everything that was found out about it before.
 *
 * @throws InvalidScheduleError when the engine doesn't know it; the message has the nearest names.
 */
export function findZone(expression: string, name: string): Zone {
  return zones.get(name) ?? zones.set(name, makeZone(expression, name))
}

function makeZone(expression: string, name: string): Zone {
  if (name === 'UTC') return utc
  try {
    return new IntlZone(name)
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    const nearest = nearestZones(name)
    throw new InvalidScheduleError({
      expression,
      field: 'timezone',
      value: name,
      expected: 'an IANA time zone, such as Europe/Berlin',
      reason: `timezone ${quoted(name)} is unknown`,
      suggestion: nearest.length === 0 ? undefined : `Did you mean ${nearest.map(quoted).join(' or ')}?`,
    })
  }
}
