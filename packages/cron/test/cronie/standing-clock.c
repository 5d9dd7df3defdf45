/*
 * A clock for crond that stands still while crond works, and is moved on by its sleep() alone, at once.
 *
 * The clock is a file, so that jobs can read it too: two 64-bit numbers, the time and the end, in seconds since the epoch.
 * Before it moves, everything that crond has started is waited for: a job sees the time at which it was started. The end
 * of a job cuts a sleep short, as the signal of it does to the real sleep(), so that jobs take no time. At the end of the clock
 * crond is told to stop.
 *
 * crond learns the time by time() and waits by sleep(), and by nothing else that matters to when a job runs.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct standing_clock {
  int64_t now;
  int64_t end;
};

static volatile struct standing_clock *standing_clock(void) {
  static volatile struct standing_clock *mapped;
  if (mapped == NULL) {
    int file = open(getenv("STANDING_CLOCK"), O_RDWR);
    void *memory = mmap(NULL, sizeof *mapped, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (file < 0 || memory == MAP_FAILED) abort();
    close(file);
    mapped = memory;
  }
  return mapped;
}

time_t time(time_t *result) {
  time_t now = standing_clock()->now;
  if (result != NULL) *result = now;
  return now;
}

unsigned int sleep(unsigned int seconds) {
  int ended = 0;
  while (waitpid(-1, NULL, 0) > 0 || errno == EINTR) ended = 1;
  if (ended) return seconds;
  standing_clock()->now += seconds;
  if (standing_clock()->now >= standing_clock()->end) raise(SIGTERM);
  return 0;
}
