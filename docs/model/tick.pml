/*
 * A tick, from its claim to its outcome: what the page of the job says, whoever leads.
 *
 * The model of packages/jobs/src/record/job-changes.ts, and of claims and recovery in packages/engine/src/runs; README.md beside this file
 * says what is assumed and what is left out. Nothing is taken for granted of the lease but that each leader has an epoch of its
 * own: any number of nodes may believe at the same time that they lead, for as long as they like.
 *
 * The page holds the job's record and the outcomes of its runs. A write of the page carries one change of the record, and the
 * outcome of a run that the change ends. A change is decided on what the page says now, travels, and lands if nobody wrote the page
 * meanwhile. It may arrive after its sender gave up or died, or never; its answer may be lost. A node may pause between any two of
 * its steps: an end may wait before it is sent, as long as it likes (`recordWithin`).
 *
 * A switch such as -DNO_CAS breaks one rule. Each broken variant must violate an assertion.
 */
#ifndef NODES
#define NODES 2
#endif
#ifndef TICKS
#define TICKS 2
#endif
/* How many processes die, step down, and lose an answer or a request, in one run of the model. */
#ifndef CRASHES
#define CRASHES 1
#endif
#ifndef STEPDOWNS
#define STEPDOWNS 0
#endif
#ifndef LOSSES
#define LOSSES 1
#endif
#define LEADERS (NODES + CRASHES + STEPDOWNS)
/* As many as can be referred to at a time. */
#define RUNS (TICKS + 2 * NODES + 1)
/* The first attempt, and one more. */
#define ATTEMPTS 2
#define SLOTS (2 * NODES)
#define STARTS ((TICKS + 1) * (ATTEMPTS + 1))

mtype = { none, sent, landed, refused }
/* What a change does to the record. */
mtype = { claim, note, release, takeOver, finish, judgeLost }
/* A run in a node's hands. */
mtype = { absent, claimed, going, noting, waiting, releasing, ended, ending }

/* The page: its ETag; the job's record with the last settled tick, the fence, and the open runs; and the outcomes. */
byte version, lastTick, recordFence;
bool isNamed[RUNS], isNoted[RUNS], isReleased[RUNS];
byte tickOf[RUNS], epochOf[RUNS], fenceOf[RUNS], attempted[RUNS];
bool hasRan[RUNS], hasLost[RUNS];
/* What is checked: how often an attempt of a tick was started, and the tick of each run. */
byte starts[STARTS];

/* Changes on their way; slots 2i and 2i+1 are node i's. */
mtype state[SLOTS] = none;
mtype what[SLOTS] = claim;
byte which[SLOTS], condition[SLOTS], tick[SLOTS], newFence[SLOTS], byEpoch[SLOTS];
/* The sender waits for the answer, or knows that the change's fate is open. */
bool isAwaited[SLOTS], isOpen[SLOTS];

typedef Memory {
  mtype hand[RUNS];
  byte fence[RUNS], attempt[RUNS]
}
Memory node[NODES];
byte epoch[NODES], watermark[NODES];
byte epochs, crashes, stepdowns, losses;

#define leads(i) (epoch[i] > 0)
#define isBusy(i) (isAwaited[2 * i] || isAwaited[2 * i + 1] || isOpen[2 * i] || isOpen[2 * i + 1])
#define mayWrite(i) (!isBusy(i) && (state[2 * i] == none || state[2 * i + 1] == none))

inline clear(w) {
  state[w] = none; what[w] = claim; which[w] = 0; condition[w] = 0; tick[w] = 0; newFence[w] = 0; byEpoch[w] = 0;
  isAwaited[w] = false; isOpen[w] = false
}

inline send(i, change, aRun, itsTick, itsFence) {
  w = (state[2 * i] == none -> 2 * i : 2 * i + 1);
  state[w] = sent; what[w] = change; which[w] = aRun; condition[w] = version;
  tick[w] = itsTick; newFence[w] = itsFence; byEpoch[w] = epoch[i];
  isAwaited[w] = true;
  w = 0
}

/* The change is what the page says from now on. */
inline apply(w) {
  version++;
  if
  :: what[w] == claim || what[w] == takeOver -> assert(newFence[w] > recordFence); recordFence = newFence[w]
  :: else
  fi;
  if
  :: what[w] == claim ->
     /* Ticks are settled in order, each once. */
     assert(tick[w] == lastTick + 1);
     lastTick = tick[w];
     isNamed[which[w]] = true; tickOf[which[w]] = tick[w]; epochOf[which[w]] = byEpoch[w]; fenceOf[which[w]] = newFence[w]
  :: what[w] == takeOver ->
     isReleased[which[w]] = false; epochOf[which[w]] = byEpoch[w]; fenceOf[which[w]] = newFence[w]
  :: what[w] == note -> isNoted[which[w]] = true; attempted[which[w]] = 1
  :: what[w] == release -> isReleased[which[w]] = true
     /* A run that was judged lost and has ended after all: the verdict goes. */
  :: what[w] == finish ->
     isNamed[which[w]] = false; hasLost[which[w]] = false;
#ifndef END_WITHOUT_OUTCOME
     hasRan[which[w]] = true
#endif
  :: what[w] == judgeLost -> isNamed[which[w]] = false; hasLost[which[w]] = true
  fi
}

inline arrive(w) {
  if
#ifdef NO_CAS
  :: true -> apply(w); state[w] = landed
#else
  :: condition[w] == version -> apply(w); state[w] = landed
  :: else -> state[w] = refused
#endif
  fi;
  if
  :: !isAwaited[w] && !isOpen[w] -> clear(w)
  :: else
  fi
}

inline forgetRun(i, r) {
  node[i].hand[r] = absent; node[i].fence[r] = 0; node[i].attempt[r] = 0
}

/* The sender knows whether its change is in the record. */
inline learn(i, w, isIn) {
  r = which[w];
  if
  :: what[w] == claim && isIn -> node[i].hand[r] = claimed; node[i].fence[r] = newFence[w]; node[i].attempt[r] = 0
  :: what[w] == takeOver && isIn -> node[i].hand[r] = claimed; node[i].fence[r] = newFence[w]; node[i].attempt[r] = attempted[r]
  :: what[w] == note && isIn -> node[i].hand[r] = waiting
  :: what[w] == note && !isIn -> node[i].hand[r] = (isNamed[r] && fenceOf[r] == node[i].fence[r] -> going : ended)
  :: what[w] == release -> forgetRun(i, r)
#ifdef END_WITHOUT_OUTCOME
     /* The outcome is written by itself, after the end: a crash may come between. */
  :: what[w] == finish && isIn -> node[i].hand[r] = ended
#else
  :: what[w] == finish && isIn -> forgetRun(i, r)
#endif
  :: what[w] == finish && !isIn -> node[i].hand[r] = ended
  :: else
  fi;
#ifdef START_ON_UNKNOWN
  if
  :: what[w] == claim && !isIn && isOpen[w] -> node[i].hand[r] = claimed; tickOf[r] = tick[w]
  :: else
  fi;
#endif
  isOpen[w] = false; isAwaited[w] = false;
  if
  :: state[w] != sent -> clear(w)
  :: else
  fi;
  r = 0
}

/* Whether the record shows that the change has landed. */
#define isSeen(w) ( \
  (what[w] == claim && isNamed[which[w]]) || \
  (what[w] == takeOver && isNamed[which[w]] && fenceOf[which[w]] == newFence[w] && epochOf[which[w]] == byEpoch[w]) || \
  (what[w] == note && isNoted[which[w]]) || \
  (what[w] == release && isReleased[which[w]]) || \
  (what[w] == finish && !isNamed[which[w]] && hasRan[which[w]]) || \
  (what[w] == judgeLost && hasLost[which[w]]))

/* Sets `r` to a run that nobody refers to, or to RUNS. */
inline freshRun() {
  r = 0;
  do
  :: r < RUNS ->
     inUse = isNamed[r] || hasRan[r] || hasLost[r];
     k = 0;
     do
     :: k < NODES -> inUse = inUse || node[k].hand[r] != absent; k++
     :: else -> break
     od;
     k = 0;
     do
     :: k < SLOTS -> inUse = inUse || (state[k] != none && which[k] == r); k++
     :: else -> break
     od;
     if
     :: inUse -> r++
     :: else -> break
     fi
  :: else -> break
  od;
  k = 0; inUse = false;
  assert(r < RUNS)
}

/* Sets `inUse` when the record names a run that is not in hand here. */
inline anyForeign(i) {
  inUse = false; k = 0;
  do
  :: k < RUNS -> inUse = inUse || (isNamed[k] && node[i].hand[k] == absent); k++
  :: else -> break
  od;
  k = 0
}

#define isMine(i, r) (isNamed[r] && fenceOf[r] == node[i].fence[r])
#define isBetween(i, r) (node[i].hand[r] == claimed || node[i].hand[r] == waiting)
#define mayRelease(i, r) (isBetween(i, r) && node[i].attempt[r] < ATTEMPTS && stepdowns < STEPDOWNS && mayWrite(i))
/* Of an older epoch, or of this one and not in hand. */
#define isDead(i, r) (isNamed[r] && node[i].hand[r] == absent && epochOf[r] <= epoch[i])
/* Named here, or judged lost: an end that nobody has written yet. */
#define isUnwritten(i, r) (isMine(i, r) || (!isNamed[r] && hasLost[r]))
#ifdef TAKE_UNRELEASED
#define mayTakeOver(r) (isReleased[r] || isNoted[r])
#else
#define mayTakeOver(r) isReleased[r]
#endif

inline begin(i, r) {
  node[i].hand[r] = going;
  node[i].attempt[r]++;
  assert(starts[tickOf[r] * (ATTEMPTS + 1) + node[i].attempt[r]] == 0);
  starts[tickOf[r] * (ATTEMPTS + 1) + node[i].attempt[r]]++
}

proctype Node(byte i) {
  byte k, w, r;
  bool inUse;
end:
  do
     /* Believes to lead, whoever else does. */
  :: d_step { !leads(i) && epochs < LEADERS -> epochs++; epoch[i] = epochs; watermark[i] = lastTick }
  :: d_step { leads(i) && stepdowns < STEPDOWNS -> stepdowns++; epoch[i] = 0 }

     /* Claims the next tick, unless there is a run to be resolved first. */
#ifdef NO_LAST_TICK
  :: d_step {
       leads(i) && mayWrite(i) && watermark[i] < TICKS ->
       watermark[i]++; freshRun(); send(i, claim, r, watermark[i], recordFence + 1); r = 0
     }
#else
  :: d_step {
       leads(i) && mayWrite(i) && lastTick < TICKS ->
       anyForeign(i);
       if
       :: !inUse -> freshRun(); send(i, claim, r, lastTick + 1, recordFence + 1); r = 0
       :: else -> inUse = false
       fi
     }
#endif

     /* An answer; or none, and then the record is read. */
  :: d_step { isAwaited[2 * i] && state[2 * i] == landed -> learn(i, 2 * i, true) }
  :: d_step { isAwaited[2 * i + 1] && state[2 * i + 1] == landed -> learn(i, 2 * i + 1, true) }
  :: d_step { isAwaited[2 * i] && state[2 * i] == refused -> learn(i, 2 * i, false) }
  :: d_step { isAwaited[2 * i + 1] && state[2 * i + 1] == refused -> learn(i, 2 * i + 1, false) }
  :: d_step {
       losses < LOSSES && (isAwaited[2 * i] || isAwaited[2 * i + 1]) ->
       losses++;
       w = (isAwaited[2 * i] -> 2 * i : 2 * i + 1);
       isAwaited[w] = false; isOpen[w] = true; w = 0
     }
  :: d_step {
       isOpen[2 * i] || isOpen[2 * i + 1] ->
       w = (isOpen[2 * i] -> 2 * i : 2 * i + 1);
       learn(i, w, isSeen(w)); w = 0
     }

     /* It dies, and starts again without a memory. What it sent is still on its way. */
  :: d_step {
       crashes < CRASHES ->
       crashes++;
       epoch[i] = 0; watermark[i] = 0;
       r = 0;
       do
       :: r < RUNS -> forgetRun(i, r); r++
       :: else -> break
       od;
       r = 0;
       isAwaited[2 * i] = false; isOpen[2 * i] = false; isAwaited[2 * i + 1] = false; isOpen[2 * i + 1] = false;
       if
       :: state[2 * i] != sent -> clear(2 * i)
       :: else
       fi;
       if
       :: state[2 * i + 1] != sent -> clear(2 * i + 1)
       :: else
       fi
     }
  od
}

/* What a node does about one run. */
proctype Run(byte i; byte r) {
  byte k, w;
end:
  do
     /* In hand: an attempt starts, fails or ends; its end is written; or the run is released between attempts. */
  :: d_step { node[i].hand[r] == claimed || node[i].hand[r] == waiting -> begin(i, r) }
  :: d_step { node[i].hand[r] == going -> node[i].hand[r] = ended }
  :: d_step {
       node[i].hand[r] == going && node[i].attempt[r] < ATTEMPTS && mayWrite(i) && isMine(i, r) ->
       node[i].hand[r] = noting; send(i, note, r, 0, 0)
     }
  :: d_step {
       mayRelease(i, r) ->
       stepdowns++; epoch[i] = 0;
       if
       :: isMine(i, r) -> node[i].hand[r] = releasing; send(i, release, r, 0, 0)
       :: else -> forgetRun(i, r)
       fi
     }
  :: d_step {
       node[i].hand[r] == ended && isUnwritten(i, r) && mayWrite(i) ->
       node[i].hand[r] = ending; send(i, finish, r, 0, 0)
     }
     /* Another node has taken the run over, or has written the same end. */
  :: d_step {
       node[i].hand[r] == ended && !isUnwritten(i, r) ->
#ifdef END_WITHOUT_OUTCOME
       hasRan[r] = hasRan[r] || !isNamed[r];
#endif
       forgetRun(i, r)
     }

     /* Named by the record, and not in hand: a dead process's run. */
  :: d_step { leads(i) && isDead(i, r) && mayTakeOver(r) && mayWrite(i) -> send(i, takeOver, r, 0, recordFence + 1) }
  :: d_step { leads(i) && isDead(i, r) && !mayTakeOver(r) && mayWrite(i) -> send(i, judgeLost, r, 0, 0) }
  od
}

/* A change arrives, or never does. */
proctype Network(byte i) {
  byte k;
end:
  do
  :: d_step { state[2 * i] == sent -> arrive(2 * i) }
  :: d_step { state[2 * i + 1] == sent -> arrive(2 * i + 1) }
  :: d_step { state[2 * i] == sent && !isAwaited[2 * i] && !isOpen[2 * i] -> clear(2 * i) }
  :: d_step { state[2 * i + 1] == sent && !isAwaited[2 * i + 1] && !isOpen[2 * i + 1] -> clear(2 * i + 1) }
  od
}

/* When nothing more can happen, every tick is settled, no run is open, and each has one outcome. */
proctype Audit() {
  byte r, told;
  timeout;
  d_step {
    assert(lastTick == TICKS);
    do
    :: r < RUNS ->
       assert(!isNamed[r]);
       assert(!(hasRan[r] && hasLost[r]));
       told = told + (hasRan[r] || hasLost[r] -> 1 : 0);
       r++
    :: else -> break
    od;
    assert(told == TICKS)
  }
}

init {
  byte n, r;
  atomic {
    do
    :: n < NODES ->
       r = 0;
       do
       :: r < RUNS -> node[n].hand[r] = absent; run Run(n, r); r++
       :: else -> break
       od;
       run Node(n); run Network(n); n++
    :: else -> break
    od;
    n = 0; r = 0;
    run Audit()
  }
}
