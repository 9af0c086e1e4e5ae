// A handler may call little: all of it is listed in signal-safety(7), and nothing is allocated. It is in C,
// as Swift's code may allocate or take a lock anywhere.
#include "last_word.h"

#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const struct {
  int number;
  const char *name;
} signals[] = {
    {SIGABRT, "SIGABRT"}, {SIGBUS, "SIGBUS"},   {SIGFPE, "SIGFPE"},
    {SIGILL, "SIGILL"},   {SIGSEGV, "SIGSEGV"}, {SIGTRAP, "SIGTRAP"},
};
enum { count = sizeof signals / sizeof signals[0] };

static volatile sig_atomic_t form = COLISD_TEXT;
static atomic_flag is_said = ATOMIC_FLAG_INIT;
static int exit_status = 1;
// Where the thread's own is used up.
static char stack[64 << 10];

static void append(char *line, size_t size, const char *text) {
  size_t length = strlen(line), more = strlen(text);
  if (length + more < size) memcpy(line + length, text, more + 1);
}

// Says one line, once, whichever threads have something to say.
static void say(const char *first, const char *second, const char *third) {
  if (atomic_flag_test_and_set(&is_said)) return;
  char line[512] = "";
  if (form == COLISD_JSON) {
    append(line, sizeof line, "{\"level\":\"critical\",\"event\":\"process.crashed\",\"error\":\"");
  } else {
    append(line, sizeof line, form == COLISD_JOURNALD ? "<2>colisd: fatal: " : "colisd: fatal: ");
  }
  append(line, sizeof line, first);
  append(line, sizeof line, second);
  append(line, sizeof line, third);
  append(line, sizeof line, "; what was committed is kept, the next start goes on from there");
  append(line, sizeof line, form == COLISD_JSON ? "\"}\n" : "\n");
  // A pipe that is ready takes so much at once; for one that is full nobody waits.
  struct pollfd ready = {.fd = STDERR_FILENO, .events = POLLOUT};
  if (poll(&ready, 1, 0) == 1 && (ready.revents & POLLOUT)) {
    ssize_t written = write(STDERR_FILENO, line, strlen(line));
    (void)written;
  }
}

static void handle(int number, siginfo_t *info, void *context) {
  (void)context;
  const char *name = "?";
  for (int index = 0; index < count; index++) {
    if (signals[index].number == number) name = signals[index].name;
  }
  // Of the kernel, or of abort(3).
  int is_own = info->si_code > 0 || info->si_pid == getpid();
  say("ended by signal ", name,
      is_own ? "; memory may have run out (MemoryMax=, ulimit -v)" : " of another process");
  // By SA_RESETHAND it has its usual meaning again; it comes when this returns.
  raise(number);
}

void colisd_install_last_word(int shortage_status) {
  exit_status = shortage_status;
  stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
  sigaltstack(&other, NULL);
  for (int index = 0; index < count; index++) {
    struct sigaction action;
    // Whoever started us may have wished it to be ignored.
    if (sigaction(signals[index].number, NULL, &action) != 0 || action.sa_handler == SIG_IGN)
      continue;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = handle;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | (int)SA_RESETHAND;
    sigemptyset(&action.sa_mask);
    sigaction(signals[index].number, &action, NULL);
  }
}

void colisd_set_last_word_form(enum colisd_log_form new_form) { form = new_form; }

// A sanitizer's runtime has a sleep of its own.
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)

// How long libdispatch may be without a thread or memory: seconds.
enum { patience = 10 };

// In the place of the C library's, for all that the program is linked with. Where libdispatch gets no
// thread or no memory it calls sleep(1) and tries again, for ever, on a thread that others wait for; nothing
// else here calls it again and again. So its calls tell how long that has lasted.
unsigned int sleep(unsigned int seconds) {
  static atomic_llong since, last;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  // It got what it wanted meanwhile.
  if (now.tv_sec - atomic_exchange(&last, now.tv_sec) > 3) atomic_store(&since, now.tv_sec);
  if (now.tv_sec - atomic_load(&since) >= patience) {
    say("no thread or no memory to be had", "",
        "; raise the limit of this process (ulimit -v, ulimit -u, MemoryMax=, TasksMax=)");
    _exit(exit_status);
  }
  struct timespec rest = {.tv_sec = seconds};
  return nanosleep(&rest, &rest) == 0 ? 0 : (unsigned int)rest.tv_sec + (rest.tv_nsec > 0);
}

#endif
