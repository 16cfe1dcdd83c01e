// What the laboratory's programs share: the numbers that the process which started one has in common with it, sockets on
// loopback, and a wait that ends with an event or with a time. A program includes this before anything else.
#pragma once
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

// The first of the numbers is the same in every program: a delay in microseconds, which may change at any time.
enum { DELAY, EVENTS = 256 };

static volatile uint64_t *counts;
static int poller;

static inline void die(const char *what) {
  perror(what);
  exit(1);
}

static inline int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

// In nanoseconds, as `now`.
static inline int64_t delay(void) { return (int64_t)counts[DELAY] * 1000; }

// Begins: maps the file of numbers.
static inline void begin(const char *path, size_t words) {
  int file = open(path, O_RDWR | O_CLOEXEC);
  if (file < 0) die(path);
  counts = mmap(NULL, words * sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (counts == MAP_FAILED) die("mmap");
  close(file);
  poller = epoll_create1(EPOLL_CLOEXEC);
  if (poller < 0) die("epoll_create1");
}

static inline void watch_for(uint32_t events, int fd, void *context) {
  struct epoll_event event = {.events = events, .data.ptr = context};
  if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event)) die("epoll_ctl");
}

// A listener on loopback, whose port it says on standard output.
static inline int listen_for(void *context) {
  struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof own;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0 || bind(fd, (struct sockaddr *)&own, length) || listen(fd, 4096)) die("listen");
  if (getsockname(fd, (struct sockaddr *)&own, &length)) die("getsockname");
  watch_for(EPOLLIN, fd, context);
  printf("%d\n", ntohs(own.sin_port));
  fflush(stdout);
  return fd;
}

static inline void send_at_once(int fd) {
  int yes = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

// The next connection; -1 where none waits.
static inline int take_connection(int listener) {
  int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd >= 0) send_at_once(fd);
  return fd;
}

// Waits for events, for no longer than until then; a negative time is none.
static inline int wait_until(int64_t due, struct epoll_event *events) {
  int64_t left = due < 0 ? 3600000000000LL : due - now();
  if (left < 0) left = 0;
  struct timespec time = {.tv_sec = left / 1000000000, .tv_nsec = left % 1000000000};
  int found = epoll_pwait2(poller, events, EVENTS, &time, NULL);
  if (found < 0 && errno != EINTR) die("epoll_pwait2");
  return found;
}
