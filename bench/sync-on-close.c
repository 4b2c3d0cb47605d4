/*
 * Preload for servers that do not sync what they store: a file is on the disk before it is closed or
 * renamed, and its folder after.
 *
 *   cc -shared -fPIC -o sync-on-close.so sync-on-close.c -ldl
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void sync_path(const char *path, int flags) {
  int fd = open(path, flags);
  if (fd < 0) return;
  fsync(fd);
  int (*next)(int) = dlsym(RTLD_NEXT, "close");
  next(fd);
}

int close(int fd) {
  int (*next)(int) = dlsym(RTLD_NEXT, "close");
  struct stat st;
  int flags = fcntl(fd, F_GETFL);
  if (flags != -1 && (flags & O_ACCMODE) != O_RDONLY && !fstat(fd, &st) && S_ISREG(st.st_mode))
    fsync(fd);
  return next(fd);
}

int rename(const char *from, const char *to) {
  int (*next)(const char *, const char *) = dlsym(RTLD_NEXT, "rename");
  char folder[4096];
  sync_path(from, O_RDONLY);
  int result = next(from, to);
  strncpy(folder, to, sizeof folder - 1);
  folder[sizeof folder - 1] = 0;
  if (result == 0) sync_path(dirname(folder), O_RDONLY | O_DIRECTORY);
  return result;
}
