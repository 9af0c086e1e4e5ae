// Loaded into colisd under valgrind (LD_PRELOAD): valgrind 3.19, as in Debian 12, writes into the mask
// that sigsuspend is handed and crashes where it is read-only, as libdispatch's is. A copy may be
// written to.
#define _GNU_SOURCE
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

int sigsuspend(const sigset_t *mask) {
  sigset_t copy = *mask;
  return syscall(SYS_rt_sigsuspend, &copy, _NSIG / 8);
}
