/* The callers of the benchmarks: one thread, epoll, keep-alive.
 *
 *   load whole  PORT REQUEST_FILE CONNECTIONS SECONDS            closed loop; at 1 connection this is the latency
 *   load stream PORT REQUEST_FILE CONNECTIONS ROUNDS RAMP_MS     every connection reads ROUNDS streams one by one
 *
 * REQUEST_FILE holds the bytes of one whole HTTP request; of several with commas between, each caller has one. Prints one JSON object; times are microseconds. An event is late
 * by what passed from when the upstream wrote it ("@t=" and 19 digits of the monotonic clock) until the system had it ready
 * for its caller, as the socket's time stamps tell: so the delay is that of what is between the two, and not that of this
 * program, which may wait for its core. A stall is more than 20 ms.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { SCRATCH = 1 << 18, EVENTS = 512, HEAD = 8192, STALL = 20000000 };

typedef enum { HEADERS, LENGTH_BODY, CHUNK_SIZE, CHUNK_DATA, CHUNK_END, TRAILER } State;

typedef struct {
    char *bytes;
    size_t length;
} Request;

typedef struct {
    int fd, rounds_left;
    const Request *request;
    size_t sent;
    int64_t began;
    State state;
    char head[HEAD];
    size_t head_length;
    size_t left; /* of the body or the chunk */
    char line[32];
    size_t line_length;
    char tail[32]; /* the end of the last piece, where a mark may have been cut */
    size_t tail_length;
    bool is_done, is_ok;
} Caller;

typedef struct {
    uint32_t *values;
    size_t count, capacity;
} Samples;

static int poller, port;
static Request requests[64];
static int request_count;
static char scratch[SCRATCH];
static Samples latencies, lateness;
static long completed, failed, stalls;
static int64_t deadline;
static bool streams;
static int64_t wall_offset; /* of the wall clock, which stamps what arrives, to the monotonic one */

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void compare_clocks(void) {
    struct timespec wall;
    clock_gettime(CLOCK_REALTIME, &wall);
    wall_offset = wall.tv_sec * 1000000000LL + wall.tv_nsec - now();
}

/* As recv, and tells when the last of these bytes arrived. */
static ssize_t receive(int fd, int64_t *arrival) {
    char control[CMSG_SPACE(sizeof(struct timespec))];
    struct iovec part = {scratch, SCRATCH};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    ssize_t got = recvmsg(fd, &message, 0);
    *arrival = now();
    if (got <= 0) return got;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS) continue;
        struct timespec stamp;
        memcpy(&stamp, CMSG_DATA(c), sizeof stamp);
        *arrival = stamp.tv_sec * 1000000000LL + stamp.tv_nsec - wall_offset;
    }
    return got;
}

static void add(Samples *samples, int64_t nanoseconds) {
    if (samples->count == samples->capacity) {
        samples->capacity = samples->capacity ? samples->capacity * 2 : 65536;
        samples->values = realloc(samples->values, samples->capacity * sizeof(uint32_t));
    }
    samples->values[samples->count++] = nanoseconds < 0 ? 0 : nanoseconds > 4000000000LL ? 4000000000U : nanoseconds;
}

static int ascending(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static void print_samples(const char *name, Samples *samples) {
    qsort(samples->values, samples->count, sizeof(uint32_t), ascending);
    double share[] = {0.5, 0.9, 0.99, 0.999, 1};
    const char *names[] = {"p50", "p90", "p99", "p999", "max"};
    printf(",\"%s\":{\"count\":%zu", name, samples->count);
    for (int i = 0; i < 5 && samples->count; i++) {
        size_t at = share[i] * samples->count;
        printf(",\"%s\":%.1f", names[i], samples->values[at < samples->count ? at : samples->count - 1] / 1000.0);
    }
    printf("}");
}

static void watch(Caller *c, uint32_t events, int operation) {
    struct epoll_event event = {.events = events, .data.ptr = c};
    epoll_ctl(poller, operation, c->fd, &event);
}

static void send_request(Caller *c) {
    while (c->sent < c->request->length) {
        ssize_t sent = send(c->fd, c->request->bytes + c->sent, c->request->length - c->sent, MSG_NOSIGNAL);
        if (sent < 0 && (errno == EAGAIN || errno == EINPROGRESS || errno == ENOTCONN)) {
            watch(c, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
            return;
        }
        if (sent <= 0) return; /* the read tells */
        c->sent += sent;
    }
    watch(c, EPOLLIN, EPOLL_CTL_MOD);
}

static void begin(Caller *c) {
    c->sent = c->head_length = c->line_length = c->tail_length = 0;
    c->state = HEADERS;
    c->is_done = c->is_ok = false;
    c->began = now();
    send_request(c);
}

static void dial(Caller *c) {
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int yes = 1;
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (streams) setsockopt(c->fd, SOL_SOCKET, SO_TIMESTAMPNS, &yes, sizeof yes);
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (connect(c->fd, (struct sockaddr *)&address, sizeof address) && errno != EINPROGRESS) {
        perror("connect");
        exit(1);
    }
    watch(c, EPOLLIN | EPOLLOUT, EPOLL_CTL_ADD);
    begin(c);
}

static void hang_up(Caller *c) {
    if (c->fd >= 0) close(c->fd);
    c->fd = -1;
}

/* Whether this caller asks again. */
static bool asks_again(Caller *c) { return streams ? c->rounds_left > 0 : now() < deadline; }

static void finish(Caller *c, bool is_complete) {
    if (streams) c->rounds_left--;
    if (is_complete && c->is_ok && (!streams || c->is_done)) {
        completed++;
        if (!streams) add(&latencies, now() - c->began);
    } else {
        failed++;
        hang_up(c);
    }
    if (!asks_again(c)) hang_up(c);
    else if (c->fd < 0) dial(c);
    else begin(c);
}

/* Looks for marks in a piece of an event stream, also over the cut between two pieces. */
static void scan(Caller *c, const char *data, size_t length, int64_t time) {
    static char joined[SCRATCH + 64];
    memcpy(joined, c->tail, c->tail_length);
    memcpy(joined + c->tail_length, data, length);
    size_t total = c->tail_length + length, from = 0;
    for (char *mark; (mark = memmem(joined + from, total - from, "@t=", 3));) {
        size_t at = mark - joined;
        if (at + 22 > total) break;
        int64_t late = time - strtoll(mark + 3, NULL, 10);
        add(&lateness, late);
        if (late > STALL) stalls++;
        from = at + 22;
    }
    if (memmem(joined, total, "[DONE]", 6) || memmem(joined, total, "message_stop", 12)) c->is_done = true;
    /* Nothing shorter than a mark may be forgotten, nothing counted twice. */
    size_t start = total > 21 ? total - 21 : 0;
    if (start < from) start = from;
    c->tail_length = total - start;
    memmove(c->tail, joined + start, c->tail_length);
}

/* Reads `length` bytes; true when the answer is complete. */
static bool take(Caller *c, const char *data, size_t length, int64_t time) {
    size_t at = 0;
    while (at < length) {
        size_t rest = length - at;
        switch (c->state) {
        case HEADERS: {
            size_t before = c->head_length, room = HEAD - 1 - before, some = rest < room ? rest : room;
            memcpy(c->head + before, data + at, some);
            c->head[before + some] = 0;
            char *blank = strstr(c->head, "\r\n\r\n");
            if (!blank) {
                c->head_length += some;
                at += some;
                if (c->head_length >= HEAD - 1) exit(fprintf(stderr, "a head over 8 KB\n"));
                break;
            }
            at += blank + 4 - c->head - before;
            blank[2] = 0;
            c->is_ok = !strncmp(c->head + 8, " 200", 4);
            char *stated = strcasestr(c->head, "\r\ncontent-length:");
            c->left = stated ? strtoul(stated + 17, NULL, 10) : 0;
            c->state = stated ? LENGTH_BODY : CHUNK_SIZE;
            if (stated && c->left == 0) return true;
            break;
        }
        case LENGTH_BODY: {
            size_t some = rest < c->left ? rest : c->left;
            c->left -= some;
            at += some;
            if (c->left == 0) return true;
            break;
        }
        case CHUNK_SIZE:
        case CHUNK_END:
        case TRAILER: {
            char byte = data[at++];
            if (byte != '\n') {
                if (c->line_length < sizeof c->line - 1) c->line[c->line_length++] = byte;
                break;
            }
            c->line[c->line_length] = 0;
            bool is_blank = c->line_length <= 1;
            c->line_length = 0;
            if (c->state == CHUNK_END) c->state = CHUNK_SIZE;
            else if (c->state == TRAILER) {
                if (is_blank) return true;
            } else {
                c->left = strtoul(c->line, NULL, 16);
                c->state = c->left ? CHUNK_DATA : TRAILER;
            }
            break;
        }
        case CHUNK_DATA: {
            size_t some = rest < c->left ? rest : c->left;
            if (streams) scan(c, data + at, some, time);
            c->left -= some;
            at += some;
            if (c->left == 0) c->state = CHUNK_END;
            break;
        }
        }
    }
    return false;
}

static void on_event(Caller *c, uint32_t events) {
    if (events & EPOLLOUT) send_request(c);
    if (!(events & (EPOLLIN | EPOLLHUP | EPOLLERR))) return;
    int64_t arrival = 0;
    ssize_t got = streams ? receive(c->fd, &arrival) : recv(c->fd, scratch, SCRATCH, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) finish(c, false);
    else if (take(c, scratch, got, arrival)) finish(c, true);
}

static void read_request(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) exit((perror(path), 1));
    Request *request = &requests[request_count++];
    request->bytes = malloc(1 << 22);
    request->length = fread(request->bytes, 1, 1 << 22, file);
    fclose(file);
}

int main(int count, char **words) {
    streams = count > 1 && !strcmp(words[1], "stream");
    if (count != (streams ? 7 : 6)) return fprintf(stderr, "usage: see the top of load.c\n"), 2;
    signal(SIGPIPE, SIG_IGN);
    port = atoi(words[2]);
    for (char *file = strtok(words[3], ","); file && request_count < 64; file = strtok(NULL, ",")) read_request(file);
    long callers_count = atol(words[4]), amount = atol(words[5]), ramp = streams ? atol(words[6]) : 0;
    Caller *callers = calloc(callers_count, sizeof *callers);
    poller = epoll_create1(EPOLL_CLOEXEC);
    int64_t start = now();
    deadline = start + amount * 1000000000LL;
    long dialled = 0;
    struct epoll_event ready[EVENTS];
    for (;;) {
        int64_t elapsed = now() - start;
        while (dialled < callers_count && elapsed >= dialled * ramp * 1000000LL / callers_count) {
            Caller *c = &callers[dialled++];
            c->rounds_left = amount;
            c->request = &requests[(dialled - 1) % request_count];
            dial(c);
        }
        if (streams ? completed + failed >= callers_count * amount : now() >= deadline) break;
        if (streams && now() - start > 120000000000LL) break; /* something hangs: what is missing shows */
        compare_clocks();
        int ready_count = epoll_wait(poller, ready, EVENTS, dialled < callers_count ? 1 : 100);
        for (int i = 0; i < ready_count; i++) {
            Caller *c = ready[i].data.ptr;
            if (c->fd >= 0) on_event(c, ready[i].events);
        }
    }
    double seconds = (now() - start) / 1e9;
    printf("{\"completed\":%ld,\"failed\":%ld,\"seconds\":%.3f,\"per_second\":%.1f", completed, failed, seconds,
        completed / seconds);
    if (streams) {
        printf(",\"events\":%zu,\"stalls\":%ld", lateness.count, stalls);
        print_samples("lateness", &lateness);
    } else print_samples("latency", &latencies);
    printf("}\n");
    return 0;
}
