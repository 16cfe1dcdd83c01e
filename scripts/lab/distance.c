// distance COUNTS PORT: passes connections to 127.0.0.1:PORT on, and holds each piece of data for a while in each
// direction, in order, as a line does to a registry far away: a new connection for both directions, as its handshake.
//
// It says the port that it listens at on standard output, and goes on until it is ended. COUNTS is a file of three
// numbers of 64 bits, mapped by both sides: the delay, for which a piece is held; bytes that went to the server; and
// those that came from it.
#include "native.h"

#include <signal.h>

enum { SENT = DELAY + 1, RECEIVED, COUNTS, PIECE = 128 * 1024, UNDER_WAY = 4 * 1024 * 1024 };

struct end;

// What is under way to an end of a connection; `size` 0 is the end of what comes, or the connection itself.
struct piece {
  struct piece *next;
  struct end *to;
  int64_t due;
  size_t size, sent;
  char bytes[];
};

struct queue {
  struct piece *first, *last;
};

struct end {
  int fd;
  struct end *other;
  // Pieces that are due and that the socket would not take yet.
  struct queue waiting;
  // Bytes between the other end's receipt and this end's socket.
  size_t under_way;
  int is_open_for_reading, is_shut, is_server, pieces;
};

static struct queue line;
static struct sockaddr_in target = {.sin_family = AF_INET};

static void append(struct queue *queue, struct piece *piece) {
  piece->next = NULL;
  if (queue->last) queue->last->next = piece;
  else queue->first = piece;
  queue->last = piece;
}

static struct piece *take(struct queue *queue) {
  struct piece *piece = queue->first;
  queue->first = piece->next;
  if (!queue->first) queue->last = NULL;
  return piece;
}

static void watch(struct end *end) {
  // Nobody reads more than a line of this length would hold.
  int reads = end->is_open_for_reading && end->other->under_way < UNDER_WAY;
  struct epoll_event event = {
    .events = (reads ? EPOLLIN : 0) | (end->waiting.first ? EPOLLOUT : 0), .data.ptr = end};
  if (end->fd >= 0) epoll_ctl(poller, EPOLL_CTL_MOD, end->fd, &event);
}

static void send_off(struct end *to, size_t size, const char *bytes, int times) {
  struct piece *piece = malloc(sizeof *piece + size);
  if (!piece) die("malloc");
  *piece = (struct piece){.to = to, .due = now() + times * delay(), .size = size};
  memcpy(piece->bytes, bytes, size);
  to->under_way += size;
  to->pieces += 1;
  append(&line, piece);
}

// Both ends go when nothing is under way to either and both have ended, or when one is broken.
static void close_pair(struct end *end) {
  struct end *pair[] = {end, end->other};
  for (int side = 0; side < 2; side++) {
    if (pair[side]->fd >= 0) close(pair[side]->fd);
    pair[side]->fd = -1;
    pair[side]->is_open_for_reading = 0;
    pair[side]->is_shut = 1;
    while (pair[side]->waiting.first) {
      free(take(&pair[side]->waiting));
      pair[side]->pieces -= 1;
    }
  }
}

static void deliver(struct end *to) {
  while (to->fd >= 0 && to->waiting.first) {
    struct piece *piece = to->waiting.first;
    if (piece->size == 0) {
      shutdown(to->fd, SHUT_WR);
      to->is_shut = 1;
    } else {
      // Whoever has the bytes finds them counted.
      volatile uint64_t *counted = &counts[to->is_server ? SENT : RECEIVED];
      size_t left = piece->size - piece->sent;
      *counted += left;
      ssize_t sent = send(to->fd, piece->bytes + piece->sent, left, MSG_NOSIGNAL);
      *counted -= left - (sent < 0 ? 0 : (size_t)sent);
      if (sent < 0 && (errno == EAGAIN || errno == EINTR || errno == ENOTCONN)) break;
      if (sent < 0) return close_pair(to);
      piece->sent += sent;
      to->under_way -= sent;
      if (piece->sent < piece->size) break;
    }
    free(take(&to->waiting));
    to->pieces -= 1;
  }
  if (to->fd < 0) return;
  if (to->is_shut && to->other->is_shut) return close_pair(to);
  watch(to);
  watch(to->other);
}

static void arrive(struct piece *piece) {
  struct end *to = piece->to;
  if (to->fd < 0 && to->is_server && !to->is_shut) {
    // The first piece is the connection.
    free(piece);
    to->pieces -= 1;
    to->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (to->fd < 0) die("socket");
    if (connect(to->fd, (struct sockaddr *)&target, sizeof target) && errno != EINPROGRESS) return close_pair(to);
    send_at_once(to->fd);
    watch_for(0, to->fd, to);
    to->is_open_for_reading = to->other->is_open_for_reading = 1;
    watch(to);
    watch(to->other);
    return;
  }
  if (to->fd < 0) {
    free(piece);
    to->pieces -= 1;
    return;
  }
  append(&to->waiting, piece);
  deliver(to);
}

static void receive(struct end *from) {
  static char bytes[PIECE];
  ssize_t size = recv(from->fd, bytes, sizeof bytes, 0);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (size < 0) return close_pair(from);
  if (size == 0) from->is_open_for_reading = 0;
  send_off(from->other, size, bytes, 1);
  watch(from);
}

static void welcome(int listener) {
  int fd = take_connection(listener);
  if (fd < 0) return;
  // Never freed: a piece or an event may still name an end, and there are some thousands at the most.
  struct end *client = calloc(1, sizeof *client), *server = calloc(1, sizeof *server);
  if (!client || !server) die("calloc");
  *client = (struct end){.fd = fd, .other = server};
  *server = (struct end){.fd = -1, .other = client, .is_server = 1};
  watch_for(0, fd, client);
  send_off(server, 0, "", 2);
}

int main(int count, char **arguments) {
  if (count != 3) return fprintf(stderr, "usage: distance COUNTS PORT\n"), 64;
  signal(SIGPIPE, SIG_IGN);
  begin(arguments[1], COUNTS);
  target.sin_port = htons(atoi(arguments[2]));
  target.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int listener = listen_for(NULL);
  for (;;) {
    struct epoll_event events[EVENTS];
    int found = wait_until(line.first ? line.first->due : -1, events);
    for (int number = 0; number < found; number++) {
      struct end *end = events[number].data.ptr;
      if (!end) {
        welcome(listener);
        continue;
      }
      if (end->fd >= 0 && events[number].events & EPOLLOUT) deliver(end);
      if (end->fd >= 0 && events[number].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
        if (end->is_open_for_reading && end->other->under_way < UNDER_WAY) receive(end);
        else if (events[number].events & EPOLLERR) close_pair(end);
        // Has hung up, which is told again and again; what came before is still on its way to the other end.
        else if (!end->is_open_for_reading) epoll_ctl(poller, EPOLL_CTL_DEL, end->fd, NULL);
      }
    }
    while (line.first && line.first->due <= now()) arrive(take(&line));
  }
}
