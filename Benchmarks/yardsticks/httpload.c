// httpload: readers of an HTTP server on loopback, and how long each answer takes.
//
//   httpload PORT READERS SECONDS PAUSE PATHS    PAUSE: milliseconds between a reader's requests
//   httpload SOCKET …                            the path of a Unix socket in place of the port
//
// Each line of the file PATHS is a name and a path. Every reader has a connection of its own, which it
// keeps, and asks for one path after the other, beginning at another one than its neighbours. Prints a line of
// JSON when the time is over, or at SIGTERM: requests, failures (no 200), requests per second, and
// milliseconds and bytes by name.
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "loopback.h"

enum { MOST_PATHS = 4096, MOST_NAMES = 64, MOST_READERS = 1024, ROOM = 64 << 10 };

typedef struct {
  int name;
  char path[500];
} Question;

typedef struct {
  int name;
  float milliseconds;
  uint32_t bytes;
} Taken;

typedef struct {
  pthread_t thread;
  int first;
  Taken *taken;
  size_t count, room, failures;
  int socket;
  size_t have, place;
  char buffer[ROOM];
} Reader;

static Question questions[MOST_PATHS];
static char names[MOST_NAMES][64];
static int question_count, name_count, port;
static struct sockaddr_un local = {.sun_family = AF_UNIX};
static volatile int64_t end;
static int64_t pause_time;
static Reader readers[MOST_READERS];

static void read_paths(const char *file) {
  FILE *lines = fopen(file, "r");
  if (!lines) fail(file);
  char name[64], path[500];
  while (question_count < MOST_PATHS && fscanf(lines, "%63s %499s", name, path) == 2) {
    int index = 0;
    while (index < name_count && strcmp(names[index], name)) index++;
    if (index == name_count) {
      if (name_count == MOST_NAMES) break;
      strcpy(names[name_count++], name);
    }
    questions[question_count].name = index;
    strcpy(questions[question_count++].path, path);
  }
  fclose(lines);
  if (question_count == 0) {
    fprintf(stderr, "%s has no paths\n", file);
    exit(1);
  }
}

static bool open_connection(Reader *reader) {
  if (local.sun_path[0]) {
    reader->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    reader->have = reader->place = 0;
    return connect(reader->socket, (struct sockaddr *)&local, sizeof local) == 0;
  }
  struct sockaddr_in address = loopback(port);
  reader->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  reader->have = reader->place = 0;
  send_at_once(reader->socket);
  return connect(reader->socket, (struct sockaddr *)&address, sizeof address) == 0;
}

// The next byte of the answer; -1: there is none.
static int next_byte(Reader *reader) {
  if (reader->place == reader->have) {
    ssize_t count = recv(reader->socket, reader->buffer, ROOM, 0);
    if (count <= 0) return -1;
    reader->have = count;
    reader->place = 0;
  }
  return (unsigned char)reader->buffer[reader->place++];
}

static bool read_line(Reader *reader, char *line, size_t room) {
  size_t length = 0;
  int byte;
  while ((byte = next_byte(reader)) >= 0 && byte != '\n') {
    if (byte != '\r' && length + 1 < room) line[length++] = byte;
  }
  line[length] = 0;
  return byte == '\n';
}

static bool skip(Reader *reader, size_t length) {
  while (length > 0) {
    if (reader->place == reader->have) {
      if (next_byte(reader) < 0) return false;
      reader->place--;
    }
    size_t there = reader->have - reader->place;
    size_t step = there < length ? there : length;
    reader->place += step;
    length -= step;
  }
  return true;
}

// Asks once. Returns the status, 0 where the connection broke; `bytes` is the length of the body.
static int ask(Reader *reader, const char *path, size_t *bytes) {
  char text[700], line[1000];
  int length = snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path);
  if (send(reader->socket, text, length, MSG_NOSIGNAL) != length) return 0;
  if (!read_line(reader, line, sizeof line)) return 0;
  int status = strlen(line) > 9 ? atoi(line + 9) : 0;
  size_t body = 0;
  bool is_chunked = false;
  while (read_line(reader, line, sizeof line) && line[0]) {
    if (!strncasecmp(line, "content-length:", 15)) body = strtoul(line + 15, NULL, 10);
    if (!strncasecmp(line, "transfer-encoding:", 18) && strcasestr(line, "chunked")) is_chunked = true;
  }
  *bytes = 0;
  if (!is_chunked) {
    *bytes = body;
    return skip(reader, body) ? status : 0;
  }
  for (;;) {
    if (!read_line(reader, line, sizeof line)) return 0;
    size_t chunk = strtoul(line, NULL, 16);
    *bytes += chunk;
    if (!skip(reader, chunk) || !read_line(reader, text, sizeof text)) return 0;
    if (chunk == 0) return status;
  }
}

static void note(Reader *reader, int name, int64_t time, size_t bytes) {
  if (reader->count == reader->room) {
    reader->room = reader->room ? reader->room * 2 : 1024;
    reader->taken = realloc(reader->taken, reader->room * sizeof *reader->taken);
    if (!reader->taken) fail("realloc");
  }
  reader->taken[reader->count++] = (Taken){name, (float)time / 1e6f, (uint32_t)bytes};
}

static void *run(void *given) {
  Reader *reader = given;
  if (!open_connection(reader)) fail("connect");
  for (int place = reader->first; now() < end; place++) {
    const Question *question = &questions[place % question_count];
    int64_t start = now();
    size_t bytes;
    int status = ask(reader, question->path, &bytes);
    int64_t time = now() - start;
    if (status == 200) {
      note(reader, question->name, time, bytes);
    } else {
      reader->failures++;
      if (reader->failures == 1) fprintf(stderr, "%s: %d\n", question->path, status);
      if (status == 0) {
        close(reader->socket);
        if (!open_connection(reader)) break;
      }
    }
    if (pause_time > time) {
      int64_t rest = pause_time - time;
      nanosleep(&(struct timespec){rest / SECOND, rest % SECOND}, NULL);
    }
  }
  close(reader->socket);
  return NULL;
}

static int compare(const void *left, const void *right) {
  float a = *(const float *)left, b = *(const float *)right;
  return (a > b) - (a < b);
}

static void print(int count, double seconds) {
  size_t all = 0, failures = 0;
  for (int i = 0; i < count; i++) {
    all += readers[i].count;
    failures += readers[i].failures;
  }
  printf("{\"requests\":%zu,\"failures\":%zu,\"per_second\":%.1f,\"paths\":{", all, failures,
         (double)all / seconds);
  float *times = malloc((all + 1) * sizeof *times);
  if (!times) fail("malloc");
  for (int name = 0; name < name_count; name++) {
    size_t found = 0, bytes = 0;
    for (int i = 0; i < count; i++) {
      for (size_t j = 0; j < readers[i].count; j++) {
        if (readers[i].taken[j].name != name) continue;
        times[found++] = readers[i].taken[j].milliseconds;
        bytes += readers[i].taken[j].bytes;
      }
    }
    qsort(times, found, sizeof *times, compare);
    size_t last = found ? found - 1 : 0;
    if (found == 0) times[0] = 0;
    printf("%s\"%s\":{\"count\":%zu,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f,\"bytes\":%zu}",
           name ? "," : "", names[name], found, times[found / 2 < found ? found / 2 : 0],
           times[last * 99 / 100], times[last], found ? bytes / found : 0);
  }
  printf("}}\n");
}

static void stop(int number) {
  (void)number;
  end = 0;
}

int main(int count, char **words) {
  if (count != 6) {
    fprintf(stderr, "usage: httpload PORT|SOCKET READERS SECONDS PAUSE PATHS\n");
    return 64;
  }
  if (words[1][0] == '/') {
    if (strlen(words[1]) >= sizeof local.sun_path) return 64;
    strcpy(local.sun_path, words[1]);
  } else {
    port = atoi(words[1]);
  }
  int reader_count = atoi(words[2]);
  double seconds = atof(words[3]);
  pause_time = (int64_t)(atof(words[4]) * 1e6);
  read_paths(words[5]);
  if (reader_count < 1 || reader_count > MOST_READERS) return 64;
  int64_t start = now();
  end = start + (int64_t)(seconds * (double)SECOND);
  // The signal is for this thread: an answer that is being read is read to its end.
  sigset_t terminate;
  sigemptyset(&terminate);
  sigaddset(&terminate, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &terminate, NULL);
  for (int i = 0; i < reader_count; i++) {
    readers[i].first = i * question_count / reader_count;
    if (pthread_create(&readers[i].thread, NULL, run, &readers[i])) fail("pthread_create");
  }
  signal(SIGTERM, stop);
  pthread_sigmask(SIG_UNBLOCK, &terminate, NULL);
  for (int i = 0; i < reader_count; i++) pthread_join(readers[i].thread, NULL);
  print(reader_count, (double)(now() - start) / (double)SECOND);
  return 0;
}
