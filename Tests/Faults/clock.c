// Preloaded into a program (LD_PRELOAD) to let it live at another time: its wall clock is CLOCK_SHIFT
// seconds off, and from the moment on at which the file CLOCK_JUMP appears, as many as stand in it. The
// monotonic clock is left alone, as it is when an administrator sets the time.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static long shift(void) {
  const char *text = getenv("CLOCK_SHIFT"), *path = getenv("CLOCK_JUMP");
  long seconds = text ? atol(text) : 0;
  FILE *file = path ? fopen(path, "re") : NULL;
  if (file) {
    if (fscanf(file, "%ld", &seconds) != 1) seconds = text ? atol(text) : 0;
    fclose(file);
  }
  return seconds;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real) real = (__typeof__(real))dlsym(RTLD_NEXT, "clock_gettime");
  int result = real(clock, time);
  if (!result && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) time->tv_sec += shift();
  return result;
}

time_t time(time_t *place) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (place) *place = now.tv_sec;
  return now.tv_sec;
}

int gettimeofday(struct timeval *restrict place, void *restrict zone) {
  (void)zone;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  *place = (struct timeval){now.tv_sec, now.tv_nsec / 1000};
  return 0;
}

// Its deadline is one of the wall clock; the kernel knows only the real one.
int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict deadline) {
  static int (*real)(sem_t *, const struct timespec *);
  if (!real) real = (__typeof__(real))dlsym(RTLD_NEXT, "sem_timedwait");
  struct timespec shifted = *deadline;
  shifted.tv_sec -= shift();
  return real(semaphore, &shifted);
}
