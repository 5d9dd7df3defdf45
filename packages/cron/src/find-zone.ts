import { BoundedMap } from '@s3sched/kernel'
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
  if (!isZoneName(name)) throw unknownZone(expression, name)
  try {
    return new IntlZone(name)
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw unknownZone(expression, name)
  }
}

function unknownZone(expression: string, name: string): InvalidScheduleError {
  const nearest = nearestZones(name)
  return new InvalidScheduleError({
    expression,
    field: 'timezone',
    value: name,
    expected: 'an IANA time zone, such as Europe/Berlin',
    reason: `timezone ${quoted(name)} is no IANA time zone`,
    suggestion:
      zoneHint(name) ?? (nearest.length === 0 ? undefined : `Did you mean ${nearest.map(quoted).join(' or ')}?`),
  })
}
