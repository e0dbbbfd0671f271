/* The provider of the benchmarks: one thread, epoll, far cheaper than what is measured.
 *
 *   upstream PORT
 *
 * POST .../chat/completions             a whole answer of about 600 bytes
 * POST /stream-N-MS/.../completions     with "stream":true in the body: N events of about 250 bytes, one each MS
 *                                       milliseconds (0: as fast as the peer reads), then usage if asked, then [DONE]
 *
 * Every event carries "@t=" and the 19 digits of the monotonic clock at which it was written, so that a load client on
 * the same machine knows how late it came.
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

enum { SCRATCH = 1 << 20, EVENTS = 512, OUT = 4096 };

typedef struct Connection {
    int fd;
    /* The request so far, when a read was partial. */
    char *in;
    size_t in_length, in_capacity;
    /* What the peer did not take yet. */
    char out[OUT];
    size_t out_start, out_end;
    bool wants_write, is_streaming, sends_usage, is_closed;
    long left;        /* events still to send */
    int64_t interval; /* nanoseconds */
    int64_t due;
    struct Connection *next; /* in the queue of its interval */
    bool is_queued;
} Connection;

/* Streams of one interval fall due in the order in which they were queued. */
typedef struct {
    int64_t interval;
    Connection *first, *last;
} Queue;

static int poller;
static Queue queues[16];
static int queue_count;
static char scratch[SCRATCH];
static char whole[2048];
static size_t whole_length;

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void queue(Connection *c) {
    int i = 0;
    while (i < queue_count && queues[i].interval != c->interval) i++;
    if (i == queue_count) {
        if (queue_count == 16) abort();
        queues[queue_count++] = (Queue){.interval = c->interval};
    }
    c->next = NULL;
    c->is_queued = true;
    if (queues[i].last) queues[i].last->next = c;
    else queues[i].first = c;
    queues[i].last = c;
}

static void release(Connection *c) {
    free(c->in);
    free(c);
}

/* A queued connection is released when its turn comes, as the queue still points at it. */
static void end(Connection *c) {
    if (c->is_closed) return;
    c->is_closed = true;
    close(c->fd);
    if (!c->is_queued) release(c);
}

static void watch(Connection *c, bool write) {
    if (c->wants_write == write) return;
    c->wants_write = write;
    struct epoll_event event = {.events = EPOLLIN | (write ? EPOLLOUT : 0), .data.ptr = c};
    epoll_ctl(poller, EPOLL_CTL_MOD, c->fd, &event);
}

/* False when the connection ended. */
static bool flush(Connection *c) {
    while (c->out_start < c->out_end) {
        ssize_t sent = send(c->fd, c->out + c->out_start, c->out_end - c->out_start, MSG_NOSIGNAL);
        if (sent < 0 && (errno == EAGAIN || errno == EINTR)) {
            watch(c, true);
            return true;
        }
        if (sent <= 0) {
            end(c);
            return false;
        }
        c->out_start += sent;
    }
    c->out_start = c->out_end = 0;
    watch(c, false);
    return true;
}

static size_t chunk(char *to, const char *data, size_t length) {
    size_t size = sprintf(to, "%zx\r\n", length);
    memcpy(to + size, data, length);
    memcpy(to + size + length, "\r\n", 2);
    return size + length + 2;
}

static size_t event_chunk(char *to) {
    char data[512];
    int length = snprintf(data, sizeof data,
        "data: {\"id\":\"chatcmpl-benchmark\",\"object\":\"chat.completion.chunk\",\"created\":1755137921,\"model\":"
        "\"m\",\"system_fingerprint\":\"@t=%019lld\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" token\"},"
        "\"logprobs\":null,\"finish_reason\":null}],\"x\":\"pad\"}\n\n", (long long)now());
    return chunk(to, data, length);
}

static size_t last_chunks(char *to, bool usage) {
    static const char finish[] =
        "data: {\"id\":\"chatcmpl-benchmark\",\"object\":\"chat.completion.chunk\",\"created\":1755137921,\"model\":"
        "\"m\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    static const char tokens[] =
        "data: {\"id\":\"chatcmpl-benchmark\",\"object\":\"chat.completion.chunk\",\"created\":1755137921,\"model\":"
        "\"m\",\"choices\":[],\"usage\":{\"prompt_tokens\":200,\"completion_tokens\":64,\"total_tokens\":264}}\n\n";
    static const char done[] = "data: [DONE]\n\n";
    size_t length = chunk(to, finish, sizeof finish - 1);
    if (usage) length += chunk(to + length, tokens, sizeof tokens - 1);
    length += chunk(to + length, done, sizeof done - 1);
    memcpy(to + length, "0\r\n\r\n", 5);
    return length + 5;
}

/* Sends what is due; with interval 0 until the peer's buffer is full. */
static void advance(Connection *c) {
    while (c->is_streaming && c->out_end == 0) {
        if (c->left == 0) {
            c->out_end = last_chunks(c->out, c->sends_usage);
            c->is_streaming = false;
        } else {
            c->out_end = event_chunk(c->out);
            c->left--;
        }
        if (!flush(c)) return;
        if (c->interval) {
            if (c->is_streaming) {
                c->due += c->interval;
                queue(c);
            }
            return;
        }
    }
}

static void serve(Connection *c, const char *head, const char *body, size_t body_length) {
    long events = 0, milliseconds = 0;
    const char *path = strchr(head, ' ');
    bool may_stream = path && sscanf(path, " /stream-%ld-%ld/", &events, &milliseconds) == 2;
    if (!may_stream || !memmem(body, body_length, "\"stream\":true", 13)) {
        memcpy(c->out, whole, whole_length);
        c->out_end = whole_length;
        flush(c);
        return;
    }
    c->is_streaming = true;
    c->sends_usage = memmem(body, body_length, "\"include_usage\":true", 20) != NULL;
    c->left = events;
    c->interval = milliseconds * 1000000LL;
    c->due = now();
    c->out_end = sprintf(c->out,
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n");
    if (flush(c)) advance(c);
}

/* How many bytes of `in` were a whole request that has been served; 0 when more is needed, -1 when it is not HTTP. */
static ssize_t take_request(Connection *c, char *in, size_t length) {
    char *blank = memmem(in, length, "\r\n\r\n", 4);
    if (!blank) return length > 65536 ? -1 : 0;
    size_t head = blank + 4 - in, body = 0;
    blank[2] = 0;
    char *stated = strcasestr(in, "\r\ncontent-length:");
    if (stated) body = strtoul(stated + 17, NULL, 10);
    bool expects = strcasestr(in, "\r\nexpect: 100-continue") != NULL;
    if (length < head + body) {
        blank[2] = '\r';
        if (expects && length == head) (void)!send(c->fd, "HTTP/1.1 100 Continue\r\n\r\n", 25, MSG_NOSIGNAL);
        return 0;
    }
    serve(c, in, in + head, body);
    return head + body;
}

static void keep(Connection *c, const char *bytes, size_t length) {
    if (c->in_length + length > c->in_capacity) {
        c->in_capacity = c->in_length + length + 16384;
        c->in = realloc(c->in, c->in_capacity);
    }
    memcpy(c->in + c->in_length, bytes, length);
    c->in_length += length;
}

static void on_readable(Connection *c) {
    ssize_t got = recv(c->fd, scratch, SCRATCH - 1, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
        end(c);
        return;
    }
    if (c->in_length == 0) {
        ssize_t taken = take_request(c, scratch, got);
        if (taken < 0) end(c);
        else if (taken == 0) keep(c, scratch, got);
        return;
    }
    keep(c, scratch, got);
    ssize_t taken = take_request(c, c->in, c->in_length);
    if (taken < 0) end(c);
    if (taken > 0) c->in_length = 0;
}

static int milliseconds_to_next(void) {
    int64_t next = INT64_MAX;
    for (int i = 0; i < queue_count; i++)
        if (queues[i].first && queues[i].first->due < next) next = queues[i].first->due;
    if (next == INT64_MAX) return -1;
    int64_t wait = next - now();
    return wait <= 0 ? 0 : (int)((wait + 999999) / 1000000);
}

static void run_due(void) {
    int64_t time = now();
    for (int i = 0; i < queue_count; i++) {
        while (queues[i].first && queues[i].first->due <= time) {
            Connection *c = queues[i].first;
            queues[i].first = c->next;
            if (!queues[i].first) queues[i].last = NULL;
            c->is_queued = false;
            if (c->is_closed) release(c);
            else if (c->out_end) { /* the peer is slow: its turn comes again */
                c->due += c->interval;
                queue(c);
            } else advance(c);
        }
    }
}

static int listening(int port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), yes = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 8192)) {
        perror("upstream");
        exit(1);
    }
    return fd;
}

static void accept_all(int listener) {
    for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
        int yes = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        Connection *c = calloc(1, sizeof *c);
        c->fd = fd;
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
        epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
    }
}

int main(int count, char **words) {
    if (count != 2) return fprintf(stderr, "usage: upstream PORT\n"), 2;
    signal(SIGPIPE, SIG_IGN);
    char body[1024], text[260];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = 0;
    int length = snprintf(body, sizeof body,
        "{\"id\":\"chatcmpl-benchmark\",\"object\":\"chat.completion\",\"created\":1755137921,\"model\":\"m\","
        "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"%s\",\"refusal\":null},"
        "\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":200,\"completion_tokens\":64,"
        "\"total_tokens\":264},\"system_fingerprint\":\"fp_benchmark\"}", text);
    whole_length = sprintf(whole,
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s", length, body);
    poller = epoll_create1(EPOLL_CLOEXEC);
    int listener = listening(atoi(words[1]));
    struct epoll_event ready[EVENTS], event = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int ready_count = epoll_wait(poller, ready, EVENTS, milliseconds_to_next());
        for (int i = 0; i < ready_count; i++) {
            Connection *c = ready[i].data.ptr;
            if (!c) {
                accept_all(listener);
                continue;
            }
            if (ready[i].events & EPOLLOUT) {
                if (!flush(c)) continue;
                if (!c->is_queued) advance(c);
                if (c->is_closed) continue;
            }
            if (ready[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) on_readable(c);
        }
        run_due();
    }
}
