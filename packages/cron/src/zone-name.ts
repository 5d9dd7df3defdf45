import { quoted } from './invalid-schedule-error.ts'

/**
 * The accepted zone names: the names of the IANA tz database, its `backward` file included, and nothing else.
 *
 * The engine's own check is wider. ICU keeps the three-letter abbreviations of old Java versions (`BST` is Dhaka, `AST`
 * is Anchorage), its own `SystemV/…` rules, and offsets such as `+02:00` in new versions. The tz database has none of
 * these names.
 *
 * A name with a slash is left to the engine, because the tz database still adds such names. The names without a slash
 * are a closed list: the guidelines of the tz database give a new zone an area and a slash, and keep the older names
 * only for existing users.
 */
const WITHOUT_SLASH: ReadonlySet<string> = new Set(
  (
    'CET CST6CDT Cuba EET EST EST5EDT Egypt Eire Factory GB GB-Eire GMT GMT+0 GMT-0 GMT0 Greenwich HST Hongkong Iceland Iran ' +
    'Israel Jamaica Japan Kwajalein Libya MET MST MST7MDT NZ NZ-CHAT Navajo PRC PST8PDT Poland Portugal ROC ROK Singapore Turkey ' +
    'UCT UTC Universal W-SU WET Zulu'
  )
    .toLowerCase()
    .split(' '),
)

/** The possible zones of an abbreviation. */
const MEANT: ReadonlyMap<string, readonly string[]> = new Map([
  ['ACDT', ['Australia/Adelaide']],
  ['ACST', ['Australia/Darwin', 'Australia/Adelaide']],
  ['ADT', ['America/Halifax']],
  ['AEDT', ['Australia/Sydney']],
  ['AEST', ['Australia/Brisbane', 'Australia/Sydney']],
  ['AKDT', ['America/Anchorage']],
  ['AKST', ['America/Anchorage']],
  ['AST', ['America/Halifax', 'America/Puerto_Rico', 'Asia/Riyadh']],
  ['AWST', ['Australia/Perth']],
  ['BRT', ['America/Sao_Paulo']],
  ['BST', ['Europe/London', 'Asia/Dhaka']],
  ['CAT', ['Africa/Maputo']],
  ['CDT', ['America/Chicago', 'America/Havana']],
  ['CEST', ['Europe/Berlin', 'Europe/Paris']],
  ['CST', ['America/Chicago', 'Asia/Shanghai', 'America/Havana']],
  ['EAT', ['Africa/Nairobi']],
  ['EDT', ['America/New_York']],
  ['EEST', ['Europe/Athens', 'Europe/Kyiv']],
  ['ET', ['America/New_York']],
  ['HKT', ['Asia/Hong_Kong']],
  ['IDT', ['Asia/Jerusalem']],
  ['IST', ['Asia/Kolkata', 'Europe/Dublin', 'Asia/Jerusalem']],
  ['JST', ['Asia/Tokyo']],
  ['KST', ['Asia/Seoul']],
  ['MDT', ['America/Denver']],
  ['MSK', ['Europe/Moscow']],
  ['NDT', ['America/St_Johns']],
  ['NST', ['America/St_Johns']],
  ['NZDT', ['Pacific/Auckland']],
  ['NZST', ['Pacific/Auckland']],
  ['PDT', ['America/Los_Angeles']],
  ['PHT', ['Asia/Manila']],
  ['PKT', ['Asia/Karachi']],
  ['PRT', ['America/Puerto_Rico']],
  ['PST', ['America/Los_Angeles', 'Asia/Manila']],
  ['PT', ['America/Los_Angeles']],
  ['SAST', ['Africa/Johannesburg']],
  ['SGT', ['Asia/Singapore']],
  ['SST', ['Pacific/Pago_Pago']],
  ['WEST', ['Europe/Lisbon']],
  ['WIB', ['Asia/Jakarta']],
  ['Z', ['UTC']],
])

/** True for a possible name of the tz database. The engine decides if its zone exists. */
export function isZoneName(name: string): boolean {
  if (/^SystemV\//i.test(name)) return false
  return name.includes('/') || WITHOUT_SLASH.has(name.toLowerCase())
}

/** The hint for an abbreviation or an offset, with the possible names; `undefined` for anything else. */
export function zoneHint(name: string): string | undefined {
  const meant = MEANT.get(name.toUpperCase())
  if (meant !== undefined) return `Abbreviations name no zone: write ${meant.map(quoted).join(' or ')}`
  const offset = /^(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d\d))?$/i.exec(name)
  if (offset === null) return /^[A-Z]{2,5}$/.test(name) ? 'Abbreviations name no zone: write its place' : undefined
  const hours = Number(offset[2])
  const [west, most] = offset[1] === '-' ? ['+', 12] : ['-', 14]
  if (Number(offset[3] ?? 0) !== 0 || hours < 1 || hours > most) return 'Offsets name no zone: write its place'
  return `Offsets name no zone: write its place, or 'Etc/GMT${west}${hours}', whose sign counts to the west`
}
