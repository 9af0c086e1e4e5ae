// Preloaded into a program (LD_PRELOAD) to let its machine fail at a chosen step.
//
// A step is something that the world outside can see: a write, sync, truncation or removal of a file
// below FAULT_FOLDER, the creation of one, and each send on a socket. Steps are counted from 1.
//
//   FAULT_FOLDER  the folder of which files are watched
//   FAULT_TRACE   a file to which every step is written: its number, its name, the file's name
//   FAULT_AT      the step before which it happens
//   FAULT         kill: SIGKILL; power: what was not synced is lost, in whole or in part, then SIGKILL;
//                 ENOSPC, EIO, EROFS: the step fails with that, sends excepted
//   FAULT_LASTS   how many steps fail, for the three last; without it all from FAULT_AT on
//   FAULT_SEED    decides which sectors survive a loss of power
//
// Not simulated: that the entry of a new file in its folder is lost, and what is written through
// memory maps (SQLite's shared memory, which no process trusts after a crash).
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SECTOR = 512, MOST_FILES = 64, MOST_DESCRIPTORS = 4096 };

// A change that no sync has made durable yet.
struct change {
  struct change *before;
  int file;
  off_t offset;
  size_t count;      // bytes written; 0 for a truncation
  size_t old_count;  // bytes that stood there
  off_t old_size;
  unsigned char *old_bytes, *new_bytes;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char paths[MOST_FILES][4096];
static int file_count;
static short file_of[MOST_DESCRIPTORS];  // 1 + index into paths; 0: not watched
static struct change *last_change;
static long steps;
static unsigned long seed;
static int trace_descriptor = -1;

static struct {
  const char *folder, *fault;
  long at, lasts;
} plan;

// What the C library itself has under this name.
#define REAL(name) ((__typeof__(&name))next(#name))
static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

__attribute__((constructor)) static void read_plan(void) {
  const char *text;
  plan.folder = getenv("FAULT_FOLDER");
  plan.fault = getenv("FAULT");
  plan.at = (text = getenv("FAULT_AT")) ? atol(text) : 0;
  plan.lasts = (text = getenv("FAULT_LASTS")) ? atol(text) : 0;
  seed = (text = getenv("FAULT_SEED")) ? strtoul(text, NULL, 10) : 1;
  if ((text = getenv("FAULT_TRACE")))
    trace_descriptor = REAL(open64)(text, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int coin(void) {
  seed = seed * 6364136223846793005UL + 1442695040888963407UL;
  return (int)(seed >> 40) & 1;
}

static int saves_changes(void) { return plan.fault && !strcmp(plan.fault, "power"); }

static const char *name_of(int file) {
  const char *slash = strrchr(paths[file], '/');
  return slash ? slash + 1 : paths[file];
}

// MARK: A loss of power

static void note_change(int descriptor, int file, off_t offset, const void *bytes, size_t count) {
  if (!saves_changes()) return;
  struct stat status;
  fstat(descriptor, &status);
  struct change *change = calloc(1, sizeof *change);
  *change = (struct change){.before = last_change, .file = file, .offset = offset, .count = count,
                            .old_size = status.st_size};
  size_t reach = count ? count : SIZE_MAX;
  if (offset < status.st_size) {
    size_t there = (size_t)(status.st_size - offset);
    change->old_count = there < reach ? there : reach;
    change->old_bytes = malloc(change->old_count);
    // Through this descriptor: closing another one would give SQLite's locks back.
    if (pread64(descriptor, change->old_bytes, change->old_count, offset) < 0) abort();
  }
  if (count) {
    change->new_bytes = malloc(count);
    memcpy(change->new_bytes, bytes, count);
  }
  last_change = change;
}

static void forget_changes(int file) {
  struct change **place = &last_change;
  while (*place) {
    struct change *change = *place;
    if (change->file != file) {
      place = &change->before;
      continue;
    }
    *place = change->before;
    free(change->old_bytes);
    free(change->new_bytes);
    free(change);
  }
}

// Each sector of each change that was not synced is there or not, as the disk's cache happened to be.
static void lose_power(void) {
  struct change *oldest_first = NULL;
  for (struct change *change = last_change, *before; change; change = before) {
    int descriptor = REAL(open64)(paths[change->file], O_RDWR | O_CLOEXEC);
    if (descriptor >= 0) {
      REAL(ftruncate64)(descriptor, change->old_size);
      if (change->old_count)
        REAL(pwrite64)(descriptor, change->old_bytes, change->old_count, change->offset);
      REAL(close)(descriptor);
    }
    before = change->before;
    change->before = oldest_first;
    oldest_first = change;
  }
  for (struct change *change = oldest_first; change; change = change->before) {
    int descriptor = REAL(open64)(paths[change->file], O_RDWR | O_CLOEXEC);
    if (descriptor < 0) continue;
    if (!change->count && coin()) REAL(ftruncate64)(descriptor, change->offset);
    for (size_t from = 0; from < change->count;) {
      size_t to = (change->offset + from) / SECTOR * SECTOR + SECTOR - change->offset;
      if (to > change->count) to = change->count;
      if (coin())
        REAL(pwrite64)(descriptor, change->new_bytes + from, to - from, change->offset + from);
      from = to;
    }
    REAL(close)(descriptor);
  }
}

// MARK: Steps

// Counts a step, under the lock. Gives the errno with which it fails, or 0.
static int step(const char *name, const char *file, int can_fail) {
  steps++;
  if (trace_descriptor >= 0) dprintf(trace_descriptor, "%ld %s %s\n", steps, name, file);
  if (!plan.fault || !plan.at || steps < plan.at) return 0;
  if (!strcmp(plan.fault, "kill") || !strcmp(plan.fault, "power")) {
    if (saves_changes()) lose_power();
    kill(getpid(), SIGKILL);
    pause();
  }
  if (!can_fail || (plan.lasts && steps >= plan.at + plan.lasts)) return 0;
  if (!strcmp(plan.fault, "ENOSPC")) return ENOSPC;
  if (!strcmp(plan.fault, "EIO")) return EIO;
  if (!strcmp(plan.fault, "EROFS")) return EROFS;
  return 0;
}

static int watched(int descriptor) {
  return descriptor >= 0 && descriptor < MOST_DESCRIPTORS ? file_of[descriptor] - 1 : -1;
}

static int is_below(const char *path) {
  return plan.folder && path && !strncmp(path, plan.folder, strlen(plan.folder));
}

static int opened(const char *path, int flags, mode_t mode,
                  int (*real)(const char *, int, ...)) {
  if (!is_below(path)) return real(path, flags, mode);
  pthread_mutex_lock(&lock);
  struct stat status;
  int is_new = (flags & O_CREAT) && stat(path, &status) != 0;
  int failure = is_new ? step("create", strrchr(path, '/') + 1, 1) : 0;
  int descriptor = failure ? -1 : real(path, flags, mode);
  if (failure) errno = failure;
  if (descriptor >= 0 && descriptor < MOST_DESCRIPTORS && (flags & O_ACCMODE) != O_RDONLY) {
    int file = 0;
    while (file < file_count && strcmp(paths[file], path)) file++;
    if (file == file_count && file_count < MOST_FILES) strcpy(paths[file_count++], path);
    if (file < MOST_FILES) file_of[descriptor] = (short)(file + 1);
  }
  pthread_mutex_unlock(&lock);
  return descriptor;
}

#define OPEN(name)                                                  \
  int name(const char *path, int flags, ...) {                      \
    va_list list;                                                   \
    va_start(list, flags);                                          \
    mode_t mode = (flags & O_CREAT) ? va_arg(list, mode_t) : 0;     \
    va_end(list);                                                   \
    return opened(path, flags, mode, REAL(name));                   \
  }
OPEN(open)
OPEN(open64)

int close(int descriptor) {
  if (watched(descriptor) >= 0) {
    pthread_mutex_lock(&lock);
    file_of[descriptor] = 0;
    pthread_mutex_unlock(&lock);
  }
  return REAL(close)(descriptor);
}

static ssize_t written(int descriptor, const void *bytes, size_t count, off_t offset) {
  int file = watched(descriptor);
  if (file < 0) return REAL(pwrite64)(descriptor, bytes, count, offset);
  pthread_mutex_lock(&lock);
  int failure = step("write", name_of(file), 1);
  ssize_t result = -1;
  if (failure) {
    errno = failure;
  } else {
    note_change(descriptor, file, offset, bytes, count);
    result = REAL(pwrite64)(descriptor, bytes, count, offset);
  }
  pthread_mutex_unlock(&lock);
  return result;
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
  return written(descriptor, bytes, count, offset);
}
ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
  return written(descriptor, bytes, count, offset);
}

static int synced(int descriptor, int (*real)(int), const char *name) {
  int file = watched(descriptor);
  if (file < 0) return real(descriptor);
  pthread_mutex_lock(&lock);
  int failure = step(name, name_of(file), 1);
  int result = failure ? -1 : real(descriptor);
  if (failure) errno = failure;
  else forget_changes(file);
  pthread_mutex_unlock(&lock);
  return result;
}
int fsync(int descriptor) { return synced(descriptor, REAL(fsync), "sync"); }
int fdatasync(int descriptor) { return synced(descriptor, REAL(fdatasync), "sync"); }

static int truncated(int descriptor, off_t size) {
  int file = watched(descriptor);
  if (file < 0) return REAL(ftruncate64)(descriptor, size);
  pthread_mutex_lock(&lock);
  int failure = step("truncate", name_of(file), 1);
  if (!failure) note_change(descriptor, file, size, NULL, 0);
  int result = failure ? -1 : REAL(ftruncate64)(descriptor, size);
  if (failure) errno = failure;
  pthread_mutex_unlock(&lock);
  return result;
}
int ftruncate(int descriptor, off_t size) { return truncated(descriptor, size); }
int ftruncate64(int descriptor, off64_t size) { return truncated(descriptor, size); }

int unlink(const char *path) {
  if (!is_below(path)) return REAL(unlink)(path);
  pthread_mutex_lock(&lock);
  int failure = step("remove", strrchr(path, '/') + 1, 1);
  int result = failure ? -1 : REAL(unlink)(path);
  if (failure) errno = failure;
  // A file of the same name is another one.
  for (int file = 0; !failure && file < file_count; file++)
    if (!strcmp(paths[file], path)) forget_changes(file);
  pthread_mutex_unlock(&lock);
  return result;
}

ssize_t send(int descriptor, const void *bytes, size_t count, int flags) {
  // Under the lock, so that nothing leaves while the machine is dying.
  pthread_mutex_lock(&lock);
  step("send", "network", 0);
  ssize_t result = REAL(send)(descriptor, bytes, count, flags);
  int code = errno;
  pthread_mutex_unlock(&lock);
  errno = code;
  return result;
}
