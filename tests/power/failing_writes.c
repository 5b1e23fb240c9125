/* A disk that fails: of all writes and syncs below one folder, the n-th does (and, if it stays broken, every later one).
 * Loaded before libc by tests/power/failing_writes.py. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static char below[PATH_MAX];
static long at, seen;
static int stays, number;

/* n = 0 only counts. Gives how many there were since the last call. */
long arm(const char *folder, long n, int stays_broken, int error) {
    long before = seen;
    snprintf(below, sizeof below, "%s", folder);
    at = n, stays = stays_broken, number = error, seen = 0;
    return before;
}

static int fails(int file) {
    char link[64], path[PATH_MAX];
    if (!below[0]) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    if (strncmp(path, below, strlen(below))) return 0;
    seen++;
    if (!at || (stays ? seen < at : seen != at)) return 0;
    errno = number;
    return 1;
}

#define OURS(RESULT, NAME, TAKES, GIVES)                                  \
    RESULT NAME TAKES {                                                   \
        static RESULT(*real) TAKES;                                       \
        if (!real) real = (RESULT(*) TAKES)dlsym(RTLD_NEXT, #NAME);       \
        return fails(file) ? -1 : real GIVES;                             \
    }

OURS(ssize_t, write, (int file, const void *from, size_t size), (file, from, size))
OURS(ssize_t, pwrite64, (int file, const void *from, size_t size, off64_t place), (file, from, size, place))
OURS(ssize_t, sendfile64, (int file, int in, off64_t *place, size_t size), (file, in, place, size))
OURS(int, fsync, (int file), (file))
OURS(int, fdatasync, (int file), (file))
OURS(int, ftruncate64, (int file, off64_t size), (file, size))
