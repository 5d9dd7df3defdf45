/*
 * The lease: who leads, for how long that is trusted, and when somebody else may take it.
 *
 * The model of packages/lock/src/lease-protocol.ts; README.md beside this file says what is assumed and what is left out.
 * Each node does one thing at a time and may pause between any two of its steps for as long as it likes, while its clock
 * goes on. A write travels: it may arrive late, after its sender gave up or died, or never; its answer may be lost.
 *
 * ETags never come back, since each write has a nonce of its own. So it is enough to know of each ETag that somebody
 * remembers whether it is still the object's: `isCurrent`, `canLand`, `isObject`.
 *
 * A switch such as -DTRUST_FROM_ANSWER breaks one rule. Each broken variant must violate an assertion.
 */
#ifndef NODES
#define NODES 2
#endif
/* How often the lease is taken, and how many processes die, in one run of the model. */
#ifndef FENCES
#define FENCES 3
#endif
#ifndef CRASHES
#define CRASHES 1
#endif
/* Units of time. Trust is two thirds of the ttl; the third that is left is what clocks may differ in rate. */
#define TTL 3
#define TRUST 2
#ifdef STEAL_EARLY
#define PATIENCE TRUST
#else
#define PATIENCE TTL
#endif

/* A node has at most two writes whose fate is open. */
#define SLOTS (2 * NODES)
#define NOBODY 255

mtype = { none, sent, landed, refused }
mtype = { claim, renew, release }

/* The object, and the highest fence that was ever in it. */
bool isThere, isFree;
byte objectFence, highestFence, holder = NOBODY;

/* Writes on their way; slots 2i and 2i+1 are node i's. */
mtype state[SLOTS] = none;
mtype kind[SLOTS] = claim;
byte itsFence[SLOTS];
/* The ETag that it is conditional on is the object's; the object is what it wrote. */
bool canLand[SLOTS], isObject[SLOTS];
/* Its sender waits for the answer; its sender knows its nonce, and how long ago it was sent by its own clock. */
bool isAwaited[SLOTS], isKnown[SLOTS];
byte age[SLOTS];

/* What a node last saw, whether it is so still, and for how long it has seen that. */
bool sawObject[NODES], sawFree[NODES], sawOwn[NODES], isCurrent[NODES] = true;
byte sawFence[NODES], seenFor[NODES];
/* A write was refused, or its fate is open: look before anything else. */
bool doubt[NODES];
/* How much longer the node trusts its lease, by its own clock. */
byte trust[NODES];
/* Steps of its clock since it last lost one. */
byte steady[NODES];
byte crashes;

#define isWaiting(i) (isAwaited[2 * i] || isAwaited[2 * i + 1])
#define hasSlot(i) (state[2 * i] == none || state[2 * i + 1] == none)
#define mayWrite(i) (!isWaiting(i) && !doubt[i] && hasSlot(i))
#define mayTake(i) (!sawObject[i] || sawFree[i] || sawOwn[i] || seenFor[i] >= PATIENCE)

inline clear(w) {
  state[w] = none; kind[w] = claim; itsFence[w] = 0; age[w] = 0;
  canLand[w] = false; isObject[w] = false; isAwaited[w] = false; isKnown[w] = false
}

/* Frees the slots of writes that can matter to nobody any more. */
inline tidy() {
  k = 0;
  do
  :: k < SLOTS ->
     if
     :: !isAwaited[k] && !(state[k] == sent && canLand[k]) && !(isKnown[k] && isObject[k]) -> clear(k)
     :: else
     fi;
     k++
  :: else -> break
  od;
  k = 0
}

/* The node does not know the write any more; what is on its way goes on. */
inline forget(w) {
  isKnown[w] = false; isAwaited[w] = false; age[w] = 0
}

/* At most one node trusts its lease, and the object is that node's. */
inline checkTrust(i) {
  k = 0;
  do
  :: k < NODES -> assert(k == i || trust[k] == 0 || trust[i] == 0); k++
  :: else -> break
  od;
  assert(trust[i] == 0 || holder == i)
}

/* The object holds, or held, what write w wrote. */
inline confirm(i, w) {
  isCurrent[i] = isObject[w];
  seenFor[i] = 0;
  sawObject[i] = true;
  sawFence[i] = itsFence[w];
  sawFree[i] = (kind[w] == release);
  sawOwn[i] = (kind[w] != release);
  if
  :: kind[w] == claim || (kind[w] == renew && trust[i] > 0) ->
#ifdef TRUST_FROM_ANSWER
     trust[i] = TRUST
#else
     trust[i] = TRUST - age[w]
#endif
  :: else
  fi;
  forget(2 * i); forget(2 * i + 1);
  checkTrust(i);
  tidy()
}

inline look(i) {
  own = SLOTS;
  if
  :: isKnown[2 * i] && isObject[2 * i] -> own = 2 * i
  :: else
  fi;
  if
  :: isKnown[2 * i + 1] && isObject[2 * i + 1] -> own = 2 * i + 1
  :: else
  fi;
  if
  :: own < SLOTS -> confirm(i, own)
  :: own == SLOTS && !isCurrent[i] ->
     isCurrent[i] = true;
     seenFor[i] = 0;
     sawObject[i] = isThere;
     sawFence[i] = objectFence;
     sawFree[i] = isFree;
     sawOwn[i] = false;
     trust[i] = 0
  :: else
  fi;
  doubt[i] = false; own = 0
}

inline send(i, what, fence) {
  w = (state[2 * i] == none -> 2 * i : 2 * i + 1);
  state[w] = sent; kind[w] = what; itsFence[w] = fence;
  canLand[w] = isCurrent[i];
  isAwaited[w] = true; isKnown[w] = true; age[w] = 0;
#ifdef SHARED_NONCE
  /* A renewal that is sent again has the nonce of the first try, and trust is counted from the second. */
  k = (w == 2 * i -> 2 * i + 1 : 2 * i);
  if
  :: what == renew && isKnown[k] && kind[k] == renew -> age[k] = 0
  :: else
  fi;
  k = 0;
#endif
  w = 0
}

/* Whoever remembers an ETag remembers an old one now. */
inline replaced() {
  k = 0;
  do
  :: k < NODES -> isCurrent[k] = false; k++
  :: else -> break
  od;
  k = 0;
  do
  :: k < SLOTS -> canLand[k] = false; isObject[k] = false; k++
  :: else -> break
  od;
  k = 0
}

inline arrive(w, i) {
  if
#ifdef UNCONDITIONAL
  :: true ->
#else
  :: canLand[w] ->
#endif
     /* The fence grows with each taking, and no write under an old one is let in. */
     if
     :: kind[w] == claim -> assert(itsFence[w] > highestFence); highestFence = itsFence[w]
     :: else -> assert(itsFence[w] == highestFence)
     fi;
     replaced();
     isThere = true; objectFence = itsFence[w]; holder = i; isFree = (kind[w] == release);
     isObject[w] = true; state[w] = landed
#ifndef UNCONDITIONAL
  :: else -> state[w] = refused
#endif
  fi;
  tidy()
}

inline refuse(w, i) {
  clear(w); doubt[i] = true
}

inline giveUp(w, i) {
  isAwaited[w] = false; doubt[i] = true; tidy()
}

proctype Node(byte i) {
  byte k, w, own;
  do
  :: d_step { !isWaiting(i) -> look(i) }
  :: d_step {
       mayWrite(i) && trust[i] == 0 && mayTake(i) && sawFence[i] < FENCES ->
#ifdef STEAL_BY_DELETE
       if
       :: sawObject[i] && !sawFree[i] && !sawOwn[i] ->
          replaced();
          isThere = false; objectFence = 0; holder = NOBODY; isFree = false;
          sawObject[i] = false; sawFence[i] = 0; isCurrent[i] = true
       :: else
       fi;
#endif
       send(i, claim, sawFence[i] + 1)
     }
  :: d_step { mayWrite(i) && trust[i] > 0 -> send(i, renew, sawFence[i]) }
     /* Whoever gives the lease back stops trusting it before the first byte is sent. */
  :: d_step { mayWrite(i) && trust[i] > 0 -> trust[i] = 0; send(i, release, sawFence[i]) }
  :: d_step { isAwaited[2 * i] && state[2 * i] == landed -> confirm(i, 2 * i) }
  :: d_step { isAwaited[2 * i + 1] && state[2 * i + 1] == landed -> confirm(i, 2 * i + 1) }
  :: d_step { isAwaited[2 * i] && state[2 * i] == refused -> refuse(2 * i, i) }
  :: d_step { isAwaited[2 * i + 1] && state[2 * i + 1] == refused -> refuse(2 * i + 1, i) }
     /* The answer is lost, or not waited for any longer. */
  :: d_step { isAwaited[2 * i] -> giveUp(2 * i, i) }
  :: d_step { isAwaited[2 * i + 1] -> giveUp(2 * i + 1, i) }
     /* It dies, and starts again without a memory. What it sent is still on its way. */
  :: d_step {
       crashes < CRASHES ->
       crashes++;
       forget(2 * i); forget(2 * i + 1); tidy();
       sawObject[i] = false; sawFree[i] = false; sawOwn[i] = false; isCurrent[i] = !isThere;
       sawFence[i] = 0; seenFor[i] = 0; doubt[i] = true; trust[i] = 0
     }
  od
}

/* A write arrives, or never does. */
proctype Network(byte i) {
  byte k;
  do
  :: d_step { state[2 * i] == sent -> arrive(2 * i, i) }
  :: d_step { state[2 * i + 1] == sent -> arrive(2 * i + 1, i) }
  :: d_step { state[2 * i] == sent && !isAwaited[2 * i] -> clear(2 * i) }
  :: d_step { state[2 * i + 1] == sent && !isAwaited[2 * i + 1] -> clear(2 * i + 1) }
  od
}

inline passes(i) {
  trust[i] = (trust[i] > 0 -> trust[i] - 1 : 0);
  if
  :: seenFor[i] < TTL && sawObject[i] && !sawOwn[i] && !sawFree[i] -> seenFor[i]++
  :: else
  fi;
  if
  :: isKnown[2 * i] && age[2 * i] < TRUST -> age[2 * i]++
  :: else
  fi;
  if
  :: isKnown[2 * i + 1] && age[2 * i + 1] < TRUST -> age[2 * i + 1]++
  :: else
  fi;
  steady[i] = (steady[i] < TRUST -> steady[i] + 1 : TRUST)
}

/* One unit passes for everybody. Each clock may lose one unit in a ttl. */
proctype Time() {
  byte n;
  do
  :: atomic {
       n = 0;
       do
       :: n < NODES ->
          if
          :: d_step { passes(n); n++ }
          :: d_step { steady[n] >= TRUST -> steady[n] = 0; n++ }
          fi
       :: else -> break
       od;
       n = 0
     }
  od
}

init {
  byte n;
  atomic {
    do
    :: n < NODES -> run Node(n); run Network(n); n++
    :: else -> break
    od;
    n = 0;
    run Time()
  }
}
