/* Plays faults of a file system under a program's file calls: cc -shared -fPIC -o shim.so shim.c -ldl -lpthread, and
 * LD_PRELOAD. Only paths that SHIM_PATHS matches are meant; all else passes through. What it does follows from the
 * environment, which a program that is running may change and have read again with shim_read().
 *
 *   SHIM_PATHS   extended regular expression for absolute paths
 *   SHIM_CALLS   which calls count: w(rite, truncate) s(ync) n(ame) c(reate) r(ead, open to read)
 *   SHIM_AT      the number of the call that fails, from 1; 0 for none
 *   SHIM_ERROR   its errno. A failing write has written half of what it was told.
 *   SHIM_STICKS  not empty: every later call fails too, as on a full disk
 *   SHIM_ONCE    a file that is made when the call fails, and whose presence keeps others from failing
 *   SHIM_CUT     instead of failing, the power goes at that call: "data" (what no fsync followed is gone), "names" (new
 *                and changed names whose folder no fsync followed are undone), "both"; then the process is killed
 *   SHIM_STORE   a folder beside the paths for the files that a rename has replaced
 *   SHIM_DELAY   seconds for which files that others have made since this program began are not there, from when it
 *                first looks for them: as where a machine remembers of a folder that they are not
 *   SHIM_FLOCK   errno with which every flock fails; 0: it succeeds, whoever else holds the lock
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <regex.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define MOST 4096
#define REAL(name) ((typeof(&name))dlsym(RTLD_NEXT, #name))

static struct {
    int ready, sticks, data, names, lock; /* lock: errno, or -1 where locks are as they are */
    regex_t paths;
    char calls[8], once[PATH_MAX], store[PATH_MAX];
    long at, error;
    double delay;
} told;
static long *count; /* shared with forked children */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static struct dirty { dev_t dev; ino_t ino; int fd; off_t safe; } dirty[MOST];
static struct name { char old[PATH_MAX], new[PATH_MAX], kept[PATH_MAX]; } *names;
static struct known { ino_t ino; double since; } known[MOST]; /* when it shows; own files at once */
static int dirties, named, knowns, stored;
static double began;

/* ---- what is told */

static const char *given(const char *name) {
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return time.tv_sec + 1e-9 * time.tv_nsec;
}

void shim_read(void) {
    const char *paths = given("SHIM_PATHS"), *cut = given("SHIM_CUT"), *calls = given("SHIM_CALLS");
    const char *once = given("SHIM_ONCE"), *store = given("SHIM_STORE"), *at = given("SHIM_AT");
    if (told.ready) regfree(&told.paths);
    told.ready = paths && !regcomp(&told.paths, paths, REG_EXTENDED | REG_NOSUB);
    snprintf(told.calls, sizeof told.calls, "%s", calls ? calls : "");
    snprintf(told.once, sizeof told.once, "%s", once ? once : "");
    snprintf(told.store, sizeof told.store, "%s", store ? store : "");
    told.at = at ? atol(at) : 0;
    told.error = given("SHIM_ERROR") ? atol(given("SHIM_ERROR")) : EIO;
    told.sticks = given("SHIM_STICKS") != NULL;
    told.data = cut && strcmp(cut, "names");
    told.names = cut && strcmp(cut, "data");
    told.delay = given("SHIM_DELAY") ? atof(given("SHIM_DELAY")) : 0;
    told.lock = given("SHIM_FLOCK") ? atoi(given("SHIM_FLOCK")) : -1;
    if (!count) {
        count = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        names = malloc(MOST * sizeof *names);
    }
    *count = dirties = named = knowns = 0;
    began = now();
}

long shim_count(void) { return *count; }

__attribute__((constructor)) static void begin(void) { shim_read(); }

/* ---- paths */

static int absolute(int dir, const char *path, char *full) {
    char base[PATH_MAX] = "", link[64];
    if (*path == '/') return snprintf(full, PATH_MAX, "%s", path) < PATH_MAX;
    snprintf(link, sizeof link, dir == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", dir);
    ssize_t length = readlink(link, base, sizeof base - 1);
    return length > 0 && snprintf(full, PATH_MAX, "%s/%s", base, path) < PATH_MAX;
}

static int meant_at(int dir, const char *path, char *full) {
    return told.ready && path && absolute(dir, path, full) && !regexec(&told.paths, full, 0, NULL, 0);
}

static int meant(int fd, char *full) {
    char link[64];
    if (!told.ready) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, full, PATH_MAX - 1);
    if (length <= 0) return 0;
    full[length] = 0;
    return *full == '/' && !regexec(&told.paths, full, 0, NULL, 0);
}

static int look(const char *path, struct stat *found) { return syscall(SYS_newfstatat, AT_FDCWD, path, found, 0); }

/* ---- the power cut: what has not reached the disk */

static int dirty_at(const struct stat *file) {
    for (int k = 0; k < dirties; k++)
        if (dirty[k].dev == file->st_dev && dirty[k].ino == file->st_ino) return k;
    return -1;
}

static void note_write(int fd) { /* before it */
    struct stat file;
    char link[64];
    if (!told.data || fstat(fd, &file) || !S_ISREG(file.st_mode) || dirty_at(&file) >= 0 || dirties == MOST) return;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    int own_fd = syscall(SYS_openat, AT_FDCWD, link, O_WRONLY | O_CLOEXEC, 0);
    if (own_fd >= 0) dirty[dirties++] = (struct dirty){file.st_dev, file.st_ino, own_fd, file.st_size};
}

static void note_name(const char *old, const char *new) { /* before it; old is empty where a file is created */
    struct stat there;
    if (!told.names || named == MOST) return;
    struct name *name = &names[named++];
    snprintf(name->old, PATH_MAX, "%s", old);
    snprintf(name->new, PATH_MAX, "%s", new);
    *name->kept = 0;
    if (*old && !look(new, &there)) {
        snprintf(name->kept, PATH_MAX, "%.3900s/%d-%d", told.store, getpid(), stored++);
        if (link(new, name->kept)) *name->kept = 0;
    }
}

static void note_sync(int fd) { /* after it */
    struct stat file, folder;
    char above[PATH_MAX];
    if (fstat(fd, &file)) return;
    int k = dirty_at(&file);
    if (k >= 0) {
        close(dirty[k].fd);
        dirty[k] = dirty[--dirties];
    }
    if (!S_ISDIR(file.st_mode)) return;
    int left = 0;
    for (k = 0; k < named; k++) {
        snprintf(above, sizeof above, "%s", names[k].new);
        *strrchr(above, '/') = 0;
        if (look(above, &folder) || folder.st_ino != file.st_ino || folder.st_dev != file.st_dev)
            names[left++] = names[k];
        else if (*names[k].kept)
            unlink(names[k].kept);
    }
    named = left;
}

void shim_cut(void) { /* and what follows is nothing: the power is gone */
    told.ready = 0;
    if (told.data)
        for (int k = 0; k < dirties; k++)
            if (syscall(SYS_ftruncate, dirty[k].fd, dirty[k].safe)) perror("shim");
    if (told.names)
        for (int k = named - 1; k >= 0; k--) {
            if (!*names[k].old) {
                unlink(names[k].new);
                continue;
            }
            syscall(SYS_renameat2, AT_FDCWD, names[k].new, AT_FDCWD, names[k].old, 0);
            if (*names[k].kept) syscall(SYS_renameat2, AT_FDCWD, names[k].kept, AT_FDCWD, names[k].new, 0);
        }
}

/* ---- the call that fails */

static int fails(char kind) {
    if (!told.at || !strchr(told.calls, kind)) return 0;
    if (*told.once && !access(told.once, F_OK)) return 0;
    long here = __atomic_add_fetch(count, 1, __ATOMIC_SEQ_CST);
    if (here != told.at && !(told.sticks && here > told.at)) return 0;
    if (told.data || told.names) {
        shim_cut();
        kill(getpid(), SIGKILL);
    }
    if (*told.once) close(syscall(SYS_openat, AT_FDCWD, told.once, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    return told.error;
}

#define GUARDED(kind, fd, before, after, call) \
    char full[PATH_MAX]; \
    if (!meant(fd, full)) return call; \
    pthread_mutex_lock(&mutex); \
    int error = fails(kind); \
    if (!error) before; \
    typeof(call) answer = error ? -1 : call; \
    if (!error && answer >= 0) after; \
    pthread_mutex_unlock(&mutex); \
    if (error) errno = error; \
    return answer
#define NOTHING ((void)0)

/* Half of it is written. */
#define WRITES(half, call) \
    char full[PATH_MAX]; \
    if (!meant(fd, full)) return call; \
    pthread_mutex_lock(&mutex); \
    int error = fails('w'); \
    note_write(fd); \
    ssize_t answer = error ? half : call; \
    pthread_mutex_unlock(&mutex); \
    if (error) errno = error, answer = -1; \
    return answer

ssize_t write(int fd, const void *from, size_t size) {
    WRITES(REAL(write)(fd, from, size / 2), REAL(write)(fd, from, size));
}
ssize_t pwrite(int fd, const void *from, size_t size, off_t at) {
    WRITES(REAL(pwrite)(fd, from, size / 2, at), REAL(pwrite)(fd, from, size, at));
}
ssize_t pwrite64(int fd, const void *from, size_t size, off64_t at) { return pwrite(fd, from, size, at); }
ssize_t writev(int fd, const struct iovec *from, int number) { WRITES(0, REAL(writev)(fd, from, number)); }
ssize_t pwritev(int fd, const struct iovec *from, int number, off_t at) {
    WRITES(0, REAL(pwritev)(fd, from, number, at));
}
ssize_t sendfile(int fd, int from, off_t *at, size_t size) { /* a copy, of which no more is asked than there is */
    struct stat source;
    if (!fstat(from, &source) && size > (size_t)source.st_size) size = source.st_size;
    WRITES(REAL(sendfile)(fd, from, at, size / 2), REAL(sendfile)(fd, from, at, size));
}
ssize_t sendfile64(int fd, int from, off64_t *at, size_t size) { return sendfile(fd, from, at, size); }
int ftruncate(int fd, off_t size) { GUARDED('w', fd, note_write(fd), NOTHING, REAL(ftruncate)(fd, size)); }
int ftruncate64(int fd, off64_t size) { return ftruncate(fd, size); }
int fsync(int fd) { GUARDED('s', fd, NOTHING, note_sync(fd), REAL(fsync)(fd)); }
int fdatasync(int fd) { return fsync(fd); }
ssize_t read(int fd, void *to, size_t size) { GUARDED('r', fd, NOTHING, NOTHING, REAL(read)(fd, to, size)); }
ssize_t pread(int fd, void *to, size_t size, off_t at) {
    GUARDED('r', fd, NOTHING, NOTHING, REAL(pread)(fd, to, size, at));
}
ssize_t pread64(int fd, void *to, size_t size, off64_t at) { return pread(fd, to, size, at); }

static double since(ino_t ino, double first) { /* when a file shows; the first time that it is asked for, `first` */
    for (int k = 0; k < knowns; k++)
        if (known[k].ino == ino) return known[k].since;
    if (knowns < MOST) known[knowns++] = (struct known){ino, first};
    return first;
}

int renameat2(int from, const char *old, int to, const char *new, unsigned flags) {
    char old_full[PATH_MAX], full[PATH_MAX];
    struct stat file;
    if (!meant_at(to, new, full) || !absolute(from, old, old_full))
        return syscall(SYS_renameat2, from, old, to, new, flags);
    pthread_mutex_lock(&mutex);
    int error = fails('n'), answer = -1;
    if (!error) {
        note_name(old_full, full);
        answer = syscall(SYS_renameat2, from, old, to, new, flags);
        if (!answer && told.delay && !look(full, &file)) since(file.st_ino, 0);
    }
    pthread_mutex_unlock(&mutex);
    if (error) errno = error;
    return answer;
}
int rename(const char *old, const char *new) { return renameat2(AT_FDCWD, old, AT_FDCWD, new, 0); }
int renameat(int from, const char *old, int to, const char *new) { return renameat2(from, old, to, new, 0); }

/* ---- a folder that other machines see late */

static int hidden(int dir, const char *path) {
    char full[PATH_MAX];
    struct statx file;
    if (!told.delay || !meant_at(dir, path, full)) return 0;
    if (syscall(SYS_statx, AT_FDCWD, full, 0, STATX_BASIC_STATS | STATX_BTIME, &file) || !S_ISREG(file.stx_mode))
        return 0;
    if (file.stx_btime.tv_sec + 1e-9 * file.stx_btime.tv_nsec < began) return 0;
    return now() < since(file.stx_ino, now() + told.delay);
}

static int opened(int dir, const char *path, int flags, mode_t mode) {
    char full[PATH_MAX];
    struct stat file;
    int creates = (flags & O_CREAT) != 0, new, error = 0;
    if (!meant_at(dir, path, full)) return syscall(SYS_openat, dir, path, flags, mode);
    if (hidden(dir, path) && !creates) {
        errno = ENOENT;
        return -1;
    }
    pthread_mutex_lock(&mutex);
    new = creates && look(full, &file);
    if (creates || (flags & O_ACCMODE) == O_RDONLY) error = fails(creates ? 'c' : 'r');
    int answer = -1;
    if (!error) {
        if (new) note_name("", full);
        answer = syscall(SYS_openat, dir, path, flags, mode);
        if (answer >= 0 && new && told.delay && !fstat(answer, &file)) since(file.st_ino, 0);
        if (answer >= 0 && (flags & O_TRUNC)) note_write(answer);
    }
    pthread_mutex_unlock(&mutex);
    if (error) errno = error;
    return answer;
}

#define MODE \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { \
        va_list more; \
        va_start(more, flags); \
        mode = va_arg(more, mode_t); \
        va_end(more); \
    }
int open(const char *path, int flags, ...) { MODE return opened(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE return opened(AT_FDCWD, path, flags, mode); }
int openat(int dir, const char *path, int flags, ...) { MODE return opened(dir, path, flags, mode); }
int openat64(int dir, const char *path, int flags, ...) { MODE return opened(dir, path, flags, mode); }
int creat(const char *path, mode_t mode) { return opened(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

#define LOOKS(dir, path, call) \
    if (hidden(dir, path)) { \
        errno = ENOENT; \
        return -1; \
    } \
    return call
#define STATS(dir, path, flags) LOOKS(dir, path, syscall(SYS_newfstatat, dir, path, to, flags))
int stat(const char *path, struct stat *to) { STATS(AT_FDCWD, path, 0); }
int stat64(const char *path, struct stat64 *to) { STATS(AT_FDCWD, path, 0); }
int lstat(const char *path, struct stat *to) { STATS(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW); }
int lstat64(const char *path, struct stat64 *to) { STATS(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW); }
int fstatat(int dir, const char *path, struct stat *to, int flags) { STATS(dir, path, flags); }
int fstatat64(int dir, const char *path, struct stat64 *to, int flags) { STATS(dir, path, flags); }
/* what programs call that were linked with an older libc */
int __xstat(int version, const char *path, struct stat *to) { return stat(path, to); }
int __xstat64(int version, const char *path, struct stat64 *to) { return stat64(path, to); }
int __lxstat(int version, const char *path, struct stat *to) { return lstat(path, to); }
int __lxstat64(int version, const char *path, struct stat64 *to) { return lstat64(path, to); }
int statx(int dir, const char *restrict path, int flags, unsigned mask, struct statx *restrict to) {
    LOOKS(dir, path, syscall(SYS_statx, dir, path, flags, mask, to));
}
int access(const char *path, int mode) { LOOKS(AT_FDCWD, path, syscall(SYS_faccessat, AT_FDCWD, path, mode)); }
int faccessat(int dir, const char *path, int mode, int flags) { LOOKS(dir, path, REAL(faccessat)(dir, path, mode, flags)); }

/* ---- locks that do not reach, or that there are none of */

int flock(int fd, int operation) {
    char full[PATH_MAX];
    if (told.lock < 0 || !meant(fd, full)) return REAL(flock)(fd, operation);
    errno = told.lock;
    return told.lock ? -1 : 0;
}
