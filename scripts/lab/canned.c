// canned COUNTS MANIFEST TYPE DIGEST: a registry that has one manifest under every repository and tag, each answer
// after a delay, and that costs so little that what asks it is what is measured.
//
// It listens at two ports, which it says on standard output: two registries, as it were. COUNTS is a file of numbers of
// 64 bits, mapped by both sides: the delay; HEADs; other requests; connections that were opened; and the most that were
// open at a time at one port, which whoever reads it may set to 0.
#include "native.h"

#include <sys/stat.h>

enum { HEADS = DELAY + 1, OTHERS, CONNECTIONS, PEAK, COUNTS, PORTS = 2, REQUEST = 16 * 1024 };

struct port {
  int is_listener, fd;
  uint64_t open;
};

struct connection {
  int is_listener, fd;
  struct port *port;
  // The one that is answered after this, when this is due, and what its answer is.
  struct connection *next;
  int64_t due;
  int is_answered, is_head, is_manifest, is_old;
  size_t used;
  char request[REQUEST];
};

static char head[1024], old_head[1024], ping[512];
static char *manifest;
static size_t manifest_size;
static struct connection *first, *last;

static void close_connection(struct connection *connection) {
  close(connection->fd);
  connection->fd = -1;
  connection->port->open -= 1;
  // One that waits for its answer is freed when that is due.
  if (!connection->is_answered) free(connection);
}

static void answer(struct connection *connection) {
  connection->is_answered = 0;
  if (connection->fd < 0) return free(connection);
  const char *start = !connection->is_manifest ? ping : connection->is_old ? old_head : head;
  size_t size = strlen(start);
  char out[64 * 1024];
  memcpy(out, start, size);
  if (connection->is_manifest && !connection->is_head && size + manifest_size <= sizeof out) {
    memcpy(out + size, manifest, manifest_size);
    size += manifest_size;
  }
  if (send(connection->fd, out, size, MSG_NOSIGNAL) != (ssize_t)size) close_connection(connection);
}

// One request at a time: nobody that asks a registry sends the next before it has the answer, or is shown out.
static void receive(struct connection *connection) {
  if (connection->is_answered) return close_connection(connection);
  ssize_t size = recv(connection->fd, connection->request + connection->used, REQUEST - 1 - connection->used, 0);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (size <= 0) return close_connection(connection);
  connection->used += size;
  connection->request[connection->used] = 0;
  if (!strstr(connection->request, "\r\n\r\n")) {
    if (connection->used == REQUEST - 1) close_connection(connection);
    return;
  }
  connection->used = 0;
  char *line_end = strstr(connection->request, "\r\n");
  *line_end = 0;
  connection->is_head = !strncmp(connection->request, "HEAD ", 5);
  connection->is_manifest = strstr(connection->request, "/manifests/") != NULL;
  connection->is_old = strstr(connection->request, "HTTP/1.0") != NULL;
  counts[connection->is_head ? HEADS : OTHERS] += 1;
  connection->is_answered = 1;
  int64_t held = delay();
  if (!held) return answer(connection);
  connection->due = now() + held;
  connection->next = NULL;
  if (last) last->next = connection;
  else first = connection;
  last = connection;
}

static void welcome(struct port *port) {
  int fd;
  while ((fd = take_connection(port->fd)) >= 0) {
    struct connection *connection = calloc(1, sizeof *connection);
    if (!connection) die("calloc");
    connection->fd = fd;
    connection->port = port;
    watch_for(EPOLLIN, fd, connection);
    counts[CONNECTIONS] += 1;
    port->open += 1;
    if (port->open > counts[PEAK]) counts[PEAK] = port->open;
  }
}

static void read_manifest(const char *path) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  struct stat status;
  if (file < 0 || fstat(file, &status)) die(path);
  manifest_size = status.st_size;
  manifest = malloc(manifest_size + 1);
  if (!manifest || read(file, manifest, manifest_size) != (ssize_t)manifest_size) die(path);
  close(file);
}

int main(int count, char **arguments) {
  if (count != 5) return fprintf(stderr, "usage: canned COUNTS MANIFEST TYPE DIGEST\n"), 64;
  begin(arguments[1], COUNTS);
  read_manifest(arguments[2]);
  const char *form =
    "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\nContent-Type: %s\r\nDocker-Content-Digest: %s\r\n"
    "Docker-Distribution-Api-Version: registry/2.0\r\n%s\r\n";
  snprintf(head, sizeof head, form, manifest_size, arguments[3], arguments[4], "");
  snprintf(old_head, sizeof old_head, form, manifest_size, arguments[3], arguments[4], "Connection: keep-alive\r\n");
  snprintf(
    ping, sizeof ping,
    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nDocker-Distribution-Api-Version: registry/2.0\r\n\r\n");
  static struct port ports[PORTS];
  for (int number = 0; number < PORTS; number++) {
    ports[number].is_listener = 1;
    ports[number].fd = listen_for(&ports[number]);
  }
  for (;;) {
    struct epoll_event events[EVENTS];
    int found = wait_until(first ? first->due : -1, events);
    for (int number = 0; number < found; number++) {
      struct connection *connection = events[number].data.ptr;
      if (connection->is_listener) welcome(events[number].data.ptr);
      else receive(connection);
    }
    while (first && first->due <= now()) {
      struct connection *connection = first;
      first = first->next;
      if (!first) last = NULL;
      answer(connection);
    }
  }
}
