// What Linux offers to and about processes, and Glibc's module cannot import: variadic calls, and system calls without
// a function. Numbers that older headers lack are those of every architecture.
#pragma once
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

static inline int ep_forbid_dumps(void) { return prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L); }

/// Since the machine's start, sleep included; negative where the kernel does not say.
static inline long long ep_nanoseconds_since_start(void) {
  struct timespec now;
  return clock_gettime(CLOCK_BOOTTIME, &now) == 0 ? now.tv_sec * 1000000000LL + now.tv_nsec : -1;
}

/// The signal comes when the thread that started this process ends; it survives exec.
static inline int ep_end_with_parent(int signal) { return prctl(PR_SET_PDEATHSIG, (long)signal, 0L, 0L, 0L); }

/// Close-on-exec, as all of its kind.
static inline int ep_pidfd_open(pid_t process) { return (int)syscall(SYS_pidfd_open, process, 0); }

static inline int ep_pidfd_send_signal(int pidfd, int signal) {
  return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, (void *)0, 0);
}

/// Both ends are close-on-exec.
static inline int ep_pipe(int ends[2]) { return (int)syscall(SYS_pipe2, ends, O_CLOEXEC); }

/// A file in memory, close-on-exec, that may be sealed. Not executable where the kernel knows that (6.3).
static inline int ep_memory_file(const char *name) {
  const unsigned closeOnExec = 1, allowSealing = 2, noExec = 8;
  int descriptor = (int)syscall(SYS_memfd_create, name, closeOnExec | allowSealing | noExec);
  return descriptor >= 0 ? descriptor : (int)syscall(SYS_memfd_create, name, closeOnExec | allowSealing);
}

/// Nobody changes the file any more, nor its seals.
static inline int ep_seal(int descriptor) {
  const int addSeals = 1033, all = 0x1 | 0x2 | 0x4 | 0x8;
  return fcntl(descriptor, addSeals, all);
}

/// The child has none of the files from this number on.
static inline int ep_close_from(posix_spawn_file_actions_t *actions, int first) {
  return posix_spawn_file_actions_addclosefrom_np(actions, first);
}
