// receiver: takes webhooks on loopback, and notes when each came.
//
//   receiver PORT NOTES PAUSE REFUSED    PAUSE: milliseconds until it answers; REFUSED: of so many one gets 400; 0: none
//
// Answers 204 without a body, and keeps connections. Each request is a line of the file NOTES when it has come: the seconds
// since 1970, a blank, and its body, which must be one line.
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "loopback.h"

enum { LONGEST = 64 << 10 };

static FILE *notes;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int64_t pause_time;
static int refused;
static atomic_int requests;

static void note(const char *body, size_t length) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  pthread_mutex_lock(&lock);
  fprintf(notes, "%lld.%09ld %.*s\n", (long long)time.tv_sec, time.tv_nsec, (int)length, body);
  fflush(notes);
  pthread_mutex_unlock(&lock);
}

// The length of the body, when the headers have come to their end; -1: the connection has.
static long read_headers(FILE *input) {
  char line[LONGEST];
  long length = 0;
  while (fgets(line, sizeof line, input)) {
    if (!strcmp(line, "\r\n")) return length;
    if (!strncasecmp(line, "content-length:", 15)) length = atol(line + 15);
  }
  return -1;
}

static void *serve(void *given) {
  int connection = (int)(intptr_t)given;
  FILE *input = fdopen(connection, "r");
  if (!input) fail("fdopen");
  char body[LONGEST];
  long length;
  while ((length = read_headers(input)) >= 0 && length <= LONGEST) {
    if (fread(body, 1, (size_t)length, input) != (size_t)length) break;
    note(body, (size_t)length);
    if (pause_time > 0) nanosleep(&(struct timespec){pause_time / SECOND, pause_time % SECOND}, NULL);
    int is_refused = refused > 0 && atomic_fetch_add(&requests, 1) % refused == 0;
    const char *answer = is_refused ? "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
                                   : "HTTP/1.1 204 No Content\r\n\r\n";
    if (send(connection, answer, strlen(answer), MSG_NOSIGNAL) < 0) break;
  }
  fclose(input);
  return NULL;
}

int main(int count, char **words) {
  if (count != 5) {
    fputs("usage: receiver PORT NOTES PAUSE REFUSED\n", stderr);
    return 64;
  }
  notes = fopen(words[2], "w");
  if (!notes) fail(words[2]);
  pause_time = (int64_t)(atof(words[3]) * 1e6);
  refused = atoi(words[4]);
  struct sockaddr_in address = loopback(atoi(words[1]));
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 128)) fail("listen");
  for (;;) {
    int connection = accept(listener, NULL, NULL);
    if (connection < 0) continue;
    send_at_once(connection);
    pthread_t thread;
    if (pthread_create(&thread, NULL, serve, (void *)(intptr_t)connection)) fail("pthread_create");
    pthread_detach(thread);
  }
}
