// delayproxy: a network that is far away, on loopback.
//
//   delayproxy LISTEN TARGET MILLISECONDS    ports on 127.0.0.1; the delay of each direction
//
// Bytes are handed on when they are as old as the delay, in any amount: only latency is made, no limit
// of bandwidth. The first bytes of a connection come a round trip later still, for a real TCP handshake
// would have taken one. One thread, epoll, edge-triggered.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "loopback.h"

enum { PIECE = 64 << 10, QUEUE = 32 << 20, EVENTS = 64 };

typedef struct Piece {
  struct Piece *next;
  int64_t due;
  size_t length, sent;
  char bytes[];
} Piece;

typedef struct {
  int from, to;
  Piece *first, *last;
  size_t queued;
  int64_t not_before;  // the moment at which the connection stands
  bool is_full;        // there may be more to read than the queue had room for
  bool has_ended;      // nothing more comes
  bool is_shut;        // the other side was told
  bool is_blocked;     // the other side takes nothing just now; epoll tells when it does again
} Direction;

typedef struct Connection {
  struct Connection *next;
  Direction directions[2];
} Connection;

static Connection *connections;
static int64_t delay;
static int events_queue;

// --- One direction ---

static void take_in(Direction *direction) {
  static char buffer[PIECE];
  direction->is_full = false;
  while (!direction->has_ended) {
    if (direction->queued >= QUEUE) {
      direction->is_full = true;
      return;
    }
    ssize_t count = read(direction->from, buffer, sizeof buffer);
    if (count <= 0) {
      direction->has_ended = count == 0 || errno != EAGAIN;
      return;
    }
    Piece *piece = malloc(sizeof *piece + count);
    int64_t due = now() + delay;
    *piece = (Piece){.due = due > direction->not_before ? due : direction->not_before,
                     .length = count};
    memcpy(piece->bytes, buffer, count);
    if (direction->last) direction->last->next = piece;
    else direction->first = piece;
    direction->last = piece;
    direction->queued += count;
  }
}

static void drop_first(Direction *direction) {
  Piece *piece = direction->first;
  direction->queued -= piece->length;
  direction->first = piece->next;
  if (!direction->first) direction->last = NULL;
  free(piece);
}

static void hand_on(Direction *direction, int64_t time) {
  direction->is_blocked = false;
  while (direction->first && direction->first->due <= time) {
    Piece *piece = direction->first;
    ssize_t count = write(direction->to, piece->bytes + piece->sent, piece->length - piece->sent);
    if (count < 0 && errno == EAGAIN) {
      direction->is_blocked = true;
      return;
    }
    if (count < 0) {  // the other side is gone
      direction->has_ended = true;
      while (direction->first) drop_first(direction);
      break;
    }
    piece->sent += count;
    if (piece->sent == piece->length) drop_first(direction);
  }
  if (!direction->first && direction->has_ended && !direction->is_shut) {
    shutdown(direction->to, SHUT_WR);
    direction->is_shut = true;
  }
}

// --- Connections ---

static void watch(int socket, void *context, uint32_t events) {
  send_at_once(socket);
  fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK);
  struct epoll_event event = {.events = events, .data.ptr = context};
  if (epoll_ctl(events_queue, EPOLL_CTL_ADD, socket, &event)) fail("epoll_ctl");
}

static void accept_all(int listener, int target_port) {
  for (int client; (client = accept(listener, NULL, NULL)) >= 0;) {
    int server = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in target = loopback(target_port);
    if (connect(server, (void *)&target, sizeof target)) {
      close(client);
      close(server);
      continue;
    }
    int64_t stands = now() + 3 * delay;  // a round trip for the handshake, and the way of the bytes
    Connection *connection = calloc(1, sizeof *connection);
    connection->directions[0] = (Direction){.from = client, .to = server, .not_before = stands};
    connection->directions[1] = (Direction){.from = server, .to = client, .not_before = stands};
    connection->next = connections;
    connections = connection;
    watch(client, connection, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
    watch(server, connection, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
  }
}

static bool is_done(const Connection *connection) {
  return connection->directions[0].is_shut && connection->directions[1].is_shut;
}

static void pump(void) {
  for (Connection **link = &connections; *link;) {
    Connection *connection = *link;
    for (int i = 0; i < 2; i++) take_in(&connection->directions[i]);
    for (int i = 0; i < 2; i++) hand_on(&connection->directions[i], now());
    if (is_done(connection)) {
      close(connection->directions[0].from);
      close(connection->directions[0].to);
      *link = connection->next;
      free(connection);
    } else {
      link = &connection->next;
    }
  }
}

static struct timespec until_next_due(void) {
  int64_t time = now(), next = time + SECOND;
  for (Connection *connection = connections; connection; connection = connection->next)
    for (int i = 0; i < 2; i++) {
      Direction *direction = &connection->directions[i];
      if (direction->is_full && direction->queued < QUEUE) next = time;
      if (!direction->first || direction->is_blocked) continue;
      if (direction->first->due < next) next = direction->first->due;
    }
  int64_t wait = next > time ? next - time : 0;
  return (struct timespec){wait / SECOND, wait % SECOND};
}

int main(int count, char **arguments) {
  if (count != 4) {
    fputs("usage: delayproxy LISTEN TARGET MILLISECONDS\n", stderr);
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  delay = atof(arguments[3]) * 1e6;
  int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  struct sockaddr_in address = loopback(atoi(arguments[1]));
  if (bind(listener, (void *)&address, sizeof address) || listen(listener, 128)) fail("listen");
  events_queue = epoll_create1(0);
  watch(listener, NULL, EPOLLIN);
  for (;;) {
    struct timespec wait = until_next_due();
    struct epoll_event events[EVENTS];
    int happened = epoll_pwait2(events_queue, events, EVENTS, &wait, NULL);
    for (int i = 0; i < happened; i++)
      if (!events[i].data.ptr) accept_all(listener, atoi(arguments[2]));
    pump();
  }
}
