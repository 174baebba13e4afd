// Stands between a program and its disk (LD_PRELOAD), for tests and benches: no sync of the program reaches the disk.
//
// In: SYNCS_US, how long a sync takes, in microseconds (0: nothing). SYNCS_OF and SYNCS_IMAGE, the path of an SQLite database and
// a folder: whenever the database or its log (-wal) is synced, its content at that instant is put into the folder under its own
// name, once the sync is over. What lies there is what a power cut would leave in the worst case: of each file what was synced,
// and nothing else. The time of change of such a file is the instant at which its sync began. SYNCS_FAIL: once there is a file of
// this name, every sync fails.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

// One image at a time: a checkpoint that syncs the log waits until a sync of the same log is over.
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

// Whether the descriptor is the database or its log; gives its path.
static int is_kept(int fd, char *path, size_t size) {
    const char *of = getenv("SYNCS_OF");
    char link[64];
    if (!of || !getenv("SYNCS_IMAGE")) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, size - 1);
    if (length < 0) return 0;
    path[length] = 0;
    size_t same = strlen(of);
    return strncmp(path, of, same) == 0 && (path[same] == 0 || strcmp(path + same, "-wal") == 0);
}

// Copies the file to `fresh`, as of `begun`. A database is read through its own descriptor, because closing another one would
// release SQLite's locks; a log has none, and may be open for writing alone.
static int copy(int fd, const char *path, const char *fresh, const struct timespec *begun) {
    int from = (fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY ? open(path, O_RDONLY | O_CLOEXEC) : fd;
    int to = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    int failed = from < 0 || to < 0;
    static char buffer[1 << 16];
    for (off_t at = 0; !failed;) {
        ssize_t count = pread(from, buffer, sizeof buffer, at);
        if (count == 0) break;
        failed = count < 0 || write(to, buffer, (size_t)count) != count;
        at += count;
    }
    struct timespec times[2] = {*begun, *begun};
    failed = failed || futimens(to, times) != 0;
    if (to >= 0) close(to);
    if (from >= 0 && from != fd) close(from);
    return failed;
}

static void wait_for_disk(void) {
    const char *wanted = getenv("SYNCS_US");
    long us = wanted ? atol(wanted) : 0;
    struct timespec time = {us / 1000000, us % 1000000 * 1000};
    if (us > 0) nanosleep(&time, NULL);
}

static int synced(int fd) {
    char path[PATH_MAX], fresh[2 * PATH_MAX + 8], kept[2 * PATH_MAX];
    const char *fail = getenv("SYNCS_FAIL");
    if (fail && access(fail, F_OK) == 0) {
        errno = EIO;
        return -1;
    }
    if (!is_kept(fd, path, sizeof path)) {
        wait_for_disk();
        return 0;
    }
    struct timespec begun;
    snprintf(kept, sizeof kept, "%s/%s", getenv("SYNCS_IMAGE"), strrchr(path, '/') + 1);
    snprintf(fresh, sizeof fresh, "%s.new", kept);
    pthread_mutex_lock(&turn);
    clock_gettime(CLOCK_REALTIME, &begun);
    int failed = copy(fd, path, fresh, &begun);
    wait_for_disk();
    if (!failed) rename(fresh, kept);
    pthread_mutex_unlock(&turn);
    return 0;
}

int fdatasync(int fd) { return synced(fd); }
int fsync(int fd) { return synced(fd); }
