/**
 * The script of the pages: times in the reader's own zone, a filter while typing, and live updates of the page.
 * Everything works without the script, only slower.
 */
// oxlint-disable no-restricted-globals -- a browser has no other clock than its own
// oxlint-disable require-post-message-target-origin -- a BroadcastChannel stays within its origin
const DISTANCES = [
  ['days', 86_400_000],
  ['hr.', 3_600_000],
  ['min.', 60_000],
  ['sec.', 1000],
]

/** The zone of the shown times, which the server needs for days in filters: by choice, else that of this browser. */
const ZONE_COOKIE = 's3sched_zone'
let ownZone
let zone

function takeZone() {
  ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone
  const kept = document.cookie.match(/(?:^|; )s3sched_zone=([^;]*)/)?.[1] ?? ''
  zone = kept === '' ? ownZone : decodeURIComponent(kept)
}

const DAY = { month: 'short', day: 'numeric' }
const TIME = { hour: '2-digit', minute: '2-digit' }
const FORMATS = {
  // Every exact time says its zone.
  exact: { ...DAY, ...TIME, year: 'numeric', second: '2-digit', timeZoneName: 'short' },
  hour: TIME,
  second: { ...TIME, second: '2-digit' },
  day: DAY,
  moment: { ...DAY, ...TIME },
}
/** The formats of the zone, by their names. */
let formats = {}

function write(name, at) {
  formats[name] ??= new Intl.DateTimeFormat(undefined, { ...FORMATS[name], timeZone: zone })
  return formats[name].format(at)
}

function keepZone() {
  const path = document.body.dataset.base || '/'
  document.cookie = `${ZONE_COOKIE}=${encodeURIComponent(zone)}; path=${path}; max-age=31536000; samesite=strict`
}

/** The choice of the zone, at the end of the page. */
function offerZones() {
  const place = document.querySelector('#zone')
  const zones = [...new Set([ownZone, 'UTC', zone, ...(document.body.dataset.zones ?? '').split(' ')])].filter(Boolean)
  const choice = Object.assign(document.createElement('select'), { id: 'zone-choice' })
  for (const name of zones)
    choice.append(new Option(name === ownZone ? `${name} (here)` : name, name, false, name === zone))
  choice.addEventListener('change', () => {
    zone = choice.value
    keepZone()
    formats = {}
    showTimes()
    replacePage().catch(() => undefined)
  })
  place.replaceChildren(
    Object.assign(document.createElement('label'), { htmlFor: choice.id, textContent: 'Times in ' }),
    choice,
  )
}

function distanceOf(at, form) {
  const ms = at - Date.now()
  const [unit, size] = DISTANCES.find(([, least]) => Math.abs(ms) >= least) ?? ['sec.', 1000]
  const count = Math.round(Math.abs(ms) / size)
  if (count === 0) return 'now'
  const due = form === 'due' ? 'due ' : ''
  if (count === 1 && unit === 'days') return ms < 0 ? `${due}yesterday` : 'tomorrow'
  const text = ms < 0 ? `${due}${count} ${unit} ago` : `in ${count} ${unit}`
  // A narrow column breaks no distance.
  return text.replaceAll(' ', '\u00a0')
}

function showDistances() {
  for (const time of document.querySelectorAll('time[data-distance]')) {
    const at = Date.parse(time.dateTime)
    if (!Number.isNaN(at)) time.textContent = distanceOf(at, time.dataset.distance)
  }
}

function showTimes() {
  showDistances()
  for (const label of document.querySelectorAll('[data-short]')) {
    label.textContent = write(label.dataset.short, Date.parse(label.dataset.at))
  }
  document.dispatchEvent(new Event('labelschanged'))
  for (const time of document.querySelectorAll('time')) {
    const at = Date.parse(time.dateTime)
    if (Number.isNaN(at)) continue
    const exact = write('exact', at)
    const isExact = time.dataset.distance === undefined
    if (isExact) time.textContent = exact
    time.title = isExact ? `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC` : exact
  }
}

function filterWhileTyping() {
  for (const input of document.querySelectorAll('input[data-filter]')) {
    const apply = () => {
      const wanted = input.value.trim().toLowerCase()
      for (const row of document.querySelectorAll(`#${input.dataset.filter} tbody tr`)) {
        row.hidden = !(row.dataset.search ?? '').includes(wanted)
      }
    }
    input.addEventListener('input', apply)
  }
  for (const input of document.querySelectorAll('input[data-ask]'))
    input.addEventListener('input', () => void ask(input))
}

/** Asks the server for the rows of what was typed, where not all rows are here. */
let asked = 0
async function ask(input) {
  const turn = ++asked
  await new Promise((resolve) => setTimeout(resolve, 200))
  if (turn !== asked) return
  const url = `${input.form.getAttribute('action')}?${new URLSearchParams(new FormData(input.form))}`
  const answer = await fetch(url, { headers: { accept: 'text/html' } }).catch(() => undefined)
  if (answer?.ok !== true || turn !== asked) return
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
  const [shown, next] = [document, fresh].map((page) => page.querySelector(`${input.dataset.ask} tbody`))
  if (shown === null || next === null) return
  keepChoice(() => shown.replaceChildren(...next.childNodes))
  document.querySelector('main .pager')?.remove()
  const pager = fresh.querySelector('main .pager')
  if (pager !== null) document.querySelector('main').append(pager)
  const [count, found] = [document, fresh].map((page) => page.querySelector('main p.note[role="status"]'))
  if (count !== null && found !== null) count.textContent = found.textContent
  history.replaceState(undefined, '', url)
  showTimes()
}

const choices = () => [...document.querySelectorAll('main .choice input, main input.kept')]

/** Replaces rows, and keeps the chosen ones: a chosen row that is not among the new rows becomes a hidden field. */
function keepChoice(replace) {
  const chosen = choices().filter((input) => input.checked || input.type === 'hidden')
  replace()
  for (const kept of document.querySelectorAll('main input.kept')) kept.remove()
  const boxes = new Map(choices().map((box) => [box.value, box]))
  for (const { name, value } of chosen) {
    const box = boxes.get(value)
    if (box !== undefined) box.checked = true
    else {
      const kept = Object.assign(document.createElement('input'), { type: 'hidden', className: 'kept', name, value })
      document.querySelector('main .actions')?.append(kept)
    }
  }
}

/** True while the reader uses a field; a new page would lose the input. */
function isTouching() {
  const focused = document.activeElement
  return (
    focused !== null && focused.matches('input, select, textarea') && document.querySelector('main').contains(focused)
  )
}

/** Replaces the content with the server's present page, and keeps open details and the focus. */
async function replacePage() {
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } })
  if (!answer.headers.get('content-type')?.startsWith('text/html')) throw new Error(`answered ${answer.status}`)
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
  const main = document.querySelector('main')
  const next = fresh.querySelector('main')
  if (next === null || isTouching()) return
  const href = document.activeElement?.getAttribute?.('href')
  const open = [...main.querySelectorAll('details')].map((details) => details.open)
  keepChoice(() => main.replaceChildren(...next.childNodes))
  for (const [index, details] of [...main.querySelectorAll('details')].entries()) details.open = open[index] ?? false
  if (href) main.querySelector(`a[href="${CSS.escape(href)}"]`)?.focus({ preventScroll: true })
  document.title = fresh.title
  Object.assign(document.body.dataset, fresh.body.dataset)
  showTimes()
  filterWhileTyping()
}

const live = document.querySelector('#live') ?? document.createElement('p')

/** @param kind - `live`: the page is current; `late`: the page may be out of date */
function say(text, kind) {
  live.className = `live is-${kind}`
  if (live.textContent !== text) live.textContent = text
}

function offerReload() {
  if (document.querySelector('#offer') !== null) return
  const link = Object.assign(document.createElement('a'), {
    id: 'offer',
    href: location.href,
    textContent: 'Show what is new',
  })
  live.className = 'live is-late'
  live.replaceChildren('Something has changed. ', link)
}

/** Handles a look of the server: reloads the page if its version has changed. */
async function follow({ down, version }) {
  const isSame = version === document.body.dataset.version
  if (!isSame && document.body.dataset.live === 'offer') return offerReload()
  if (down) say('The store does not answer', 'late')
  else say('Live', 'live')
  if (isSame || document.body.dataset.live === 'fixed') return
  try {
    await replacePage()
  } catch {
    say('The dashboard does not answer; it is asked again', 'late')
  }
}

/**
 * The looks of the server, by one stream for all pages of this browser.
 *
 * A browser opens six connections to a host, and a stream keeps one: a stream for each page would leave none for the
 * application. So the pages share a lock, whose holder opens the stream and passes each look on. Hidden pages neither
 * hold the lock nor listen; a page that is shown again asks for the last look. Without secure origin there is no lock,
 * and each shown page has a stream of its own.
 */
class Looks {
  #url
  #hear
  #end = () => {}

  /** @param hear - called with each look; with `undefined` while nobody answers */
  constructor(url, hear) {
    this.#url = url
    this.#hear = hear
    document.addEventListener('visibilitychange', () => this.#begin())
    // A page that the browser keeps for the way back must not keep the others waiting.
    addEventListener('pagehide', () => this.#end())
    addEventListener('pageshow', ({ persisted }) => persisted && this.#begin())
    this.#begin()
  }

  #begin() {
    this.#end()
    if (document.visibilityState === 'hidden') return
    const over = new AbortController()
    const name = `s3sched ${new URL(this.#url, location.href).pathname}`
    const channel = new BroadcastChannel(name)
    this.#end = () => {
      over.abort()
      channel.close()
    }
    channel.addEventListener('message', ({ data }) => 'look' in data && this.#hear(data.look))
    channel.postMessage({ ask: true })
    const stream = () => this.#stream(channel, over.signal)
    if (navigator.locks === undefined) void stream()
    // The request of a page that is hidden before its turn is given up.
    else navigator.locks.request(name, { signal: over.signal }, stream).catch(() => undefined)
  }

  /** Keeps the stream open until `over` aborts. */
  #stream(channel, over) {
    return new Promise((resolve) => {
      let last
      let source
      const tell = (look) => {
        last = look
        channel.postMessage({ look })
        this.#hear(look)
      }
      const open = () => {
        if (over.aborted) return
        source = new EventSource(this.#url)
        source.addEventListener('look', ({ data }) => tell(JSON.parse(data)))
        source.addEventListener('error', () => {
          tell(undefined)
          // A browser gives up for good after an answer that is no stream, such as a proxy's error page.
          if (source.readyState === EventSource.CLOSED) setTimeout(open, 10_000)
        })
      }
      channel.addEventListener('message', ({ data }) => {
        if ('ask' in data && last !== undefined) channel.postMessage({ look: last })
      })
      over.addEventListener('abort', () => {
        source?.close()
        resolve()
      })
      open()
    })
  }
}

function keepUpToDate() {
  const { events } = document.body.dataset
  if (events === undefined) return
  void new Looks(events, (look) => {
    if (look === undefined) say('The dashboard does not answer; it is asked again', 'late')
    else void follow(look)
  })
}

const FOLLOW_MS = 1000

/**
 * An open run, while its page is shown: its log and progress every second, and the page of its next state. The look of
 * the stream comes too seldom for this, and costs a look at the whole fleet.
 */
async function followRun() {
  const place = document.querySelector('[data-follow]')
  if (place !== null && document.visibilityState !== 'hidden') {
    try {
      const answer = await fetch(place.dataset.follow)
      if (answer.ok) {
        const { html, state } = await answer.json()
        if (state !== place.dataset.state) await replacePage()
        else if (state === 'running') replaceReport(place, html)
      }
    } catch {
      // The stream tells that the dashboard is away.
    }
  }
  setTimeout(() => void followRun(), FOLLOW_MS)
}

/** Keeps the reader's place in the log, or its end where the reader is there. */
function replaceReport(place, html) {
  if (place.dataset.html === html) return
  place.dataset.html = html
  const before = place.querySelector('.log')
  const scrollTop = before?.scrollTop ?? 0
  const wasAtEnd = before === null || scrollTop + before.clientHeight >= before.scrollHeight - 4
  const hadFocus = before !== null && document.activeElement === before
  const fresh = new DOMParser().parseFromString(html, 'text/html')
  place.replaceChildren(...fresh.body.childNodes)
  showTimes()
  const log = place.querySelector('.log')
  if (log === null) return
  log.scrollTop = wasAtEnd ? log.scrollHeight : scrollTop
  if (hadFocus) log.focus({ preventScroll: true })
}

/** Tells the fleet again that somebody is about to act, while a form is shown. */
const ATTEND_MS = 25_000
async function attend() {
  const form = document.querySelector('[data-attend]')
  if (form !== null && document.visibilityState !== 'hidden') await fetch(form.dataset.attend).catch(() => undefined)
  setTimeout(() => void attend(), ATTEND_MS)
}

function begin() {
  takeZone()
  showTimes()
  offerZones()
  if (document.body.dataset.zone !== zone) {
    keepZone()
    // Only marks and filters of days depend on the server's knowledge of the zone.
    if (document.querySelector('[data-in-zone], .time-axis') !== null) replacePage().catch(() => undefined)
  }
  void followRun()
  setTimeout(() => void attend(), ATTEND_MS)
  setInterval(showTimes, 10_000)
  filterWhileTyping()
  keepUpToDate()
}

showDistances()
// The first use of Intl takes a new process of the browser 20 ms and more, so the first page is painted before. A page
// that follows another finds Intl ready, and shows no time in another zone first.
const isFirst = !document.referrer.startsWith(`${location.origin}/`)
if (isFirst && document.visibilityState !== 'hidden') requestAnimationFrame(() => requestAnimationFrame(begin))
else begin()
