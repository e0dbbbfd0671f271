/* The provider of the benchmarks: one thread, epoll, far cheaper than what is measured.
 *
 *   upstream PORT
 *
 * POST .../chat/completions             a whole answer of about 600 bytes
 * POST /stream-N-MS/.../completions     with "stream":true in the body: N events of about 250 bytes, one each MS
 *                                       milliseconds (0: as fast as the peer reads), then usage if asked, then [DONE]
 * POST /hold-MS/...                     the whole answer, MS milliseconds after the request
 *
 * A path that ends in /messages is answered as Anthropic does, one with generateContent (streamGenerateContent) as Gemini.
 *
 * Every event carries "@t=" and the 19 digits of the monotonic clock at which it was written, in its text, so that a load
 * client on the same machine knows how late it came, also when the event was translated on its way.
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

typedef enum { OPENAI, ANTHROPIC, GEMINI, FORMATS } Format;

typedef struct Connection {
    int fd;
    Format format;
    /* The request so far, when a read was partial. */
    char *in;
    size_t in_length, in_capacity;
    /* What the peer did not take yet. */
    char out[OUT];
    size_t out_start, out_end;
    bool wants_write, is_streaming, is_held, sends_usage, is_closed;
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
static char whole[FORMATS][2048];
static size_t whole_length[FORMATS];

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

/* What comes before the text. */
static size_t first_chunks(char *to, Format format) {
    static const char anthropic[] =
        "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_benchmark\",\"type\":\"message\","
        "\"role\":\"assistant\",\"model\":\"m\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":"
        "{\"input_tokens\":200,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,\"output_tokens\":1}}}\n\n"
        "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":"
        "{\"type\":\"text\",\"text\":\"\"}}\n\n";
    return format == ANTHROPIC ? chunk(to, anthropic, sizeof anthropic - 1) : 0;
}

static size_t event_chunk(char *to, Format format) {
    static const char *const forms[FORMATS] = {
        "data: {\"id\":\"chatcmpl-benchmark\",\"object\":\"chat.completion.chunk\",\"created\":1755137921,\"model\":"
        "\"m\",\"system_fingerprint\":\"fp_44709d6\",\"choices\":[{\"index\":0,\"delta\":{\"content\":"
        "\" token @t=%019lld\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n",
        "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\","
        "\"text\":\" token @t=%019lld\"}}\n\n",
        "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\" token @t=%019lld\"}],\"role\":\"model\"},\"index\":0}],"
        "\"usageMetadata\":{\"promptTokenCount\":200,\"candidatesTokenCount\":64,\"totalTokenCount\":264,"
        "\"promptTokensDetails\":[{\"modality\":\"TEXT\",\"tokenCount\":200}]},\"modelVersion\":\"m\","
        "\"responseId\":\"benchmark\"}\r\n\r\n"};
    char data[512];
    int length = snprintf(data, sizeof data, forms[format], (long long)now());
    return chunk(to, data, length);
}

static size_t last_chunks(char *to, Format format, bool usage) {
    static const char *const finish[FORMATS] = {
        "data: {\"id\":\"chatcmpl-benchmark\",\"object\":\"chat.completion.chunk\",\"created\":1755137921,\"model\":"
        "\"m\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n",
        "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
        "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\","
        "\"stop_sequence\":null},\"usage\":{\"output_tokens\":64}}\n\n"
        "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
        "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\"}],\"role\":\"model\"},\"finishReason\":\"STOP\","
        "\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":200,\"candidatesTokenCount\":64,\"totalTokenCount\":264},"
        "\"modelVersion\":\"m\",\"responseId\":\"benchmark\"}\r\n\r\n"};
    static const char tokens[] =
        "data: {\"id\":\"chatcmpl-benchmark\",\"object\":\"chat.completion.chunk\",\"created\":1755137921,\"model\":"
        "\"m\",\"choices\":[],\"usage\":{\"prompt_tokens\":200,\"completion_tokens\":64,\"total_tokens\":264}}\n\n";
    static const char done[] = "data: [DONE]\n\n";
    size_t length = chunk(to, finish[format], strlen(finish[format]));
    if (format == OPENAI) {
        if (usage) length += chunk(to + length, tokens, sizeof tokens - 1);
        length += chunk(to + length, done, sizeof done - 1);
    }
    memcpy(to + length, "0\r\n\r\n", 5);
    return length + 5;
}

static void send_whole(Connection *c) {
    memcpy(c->out, whole[c->format], whole_length[c->format]);
    c->out_end = whole_length[c->format];
    flush(c);
}

/* Sends what is due; with interval 0 until the peer's buffer is full. */
static void advance(Connection *c) {
    if (c->is_held) {
        c->is_held = false;
        send_whole(c);
        return;
    }
    while (c->is_streaming && c->out_end == 0) {
        if (c->left == 0) {
            c->out_end = last_chunks(c->out, c->format, c->sends_usage);
            c->is_streaming = false;
        } else {
            c->out_end = event_chunk(c->out, c->format);
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

static bool asks_stream(const char *body, size_t length) {
    return memmem(body, length, "\"stream\":true", 13) || memmem(body, length, "\"stream\": true", 14);
}

static void serve(Connection *c, const char *head, const char *body, size_t body_length) {
    long events = 0, milliseconds = 0;
    const char *path = strchr(head, ' ');
    size_t path_length = path ? strcspn(path + 1, "\r\n") : 0;
    bool asks_gemini_stream = memmem(path, path_length, ":streamGenerateContent", 22);
    c->format = asks_gemini_stream || memmem(path, path_length, ":generateContent", 16) ? GEMINI
        : memmem(path, path_length, "/messages", 9) ? ANTHROPIC : OPENAI;
    if (path && sscanf(path, " /hold-%ld/", &milliseconds) == 1) {
        c->is_held = true;
        c->interval = milliseconds * 1000000LL;
        c->due = now() + c->interval;
        queue(c);
        return;
    }
    bool may_stream = path && sscanf(path, " /stream-%ld-%ld/", &events, &milliseconds) == 2;
    if (!may_stream || !(asks_gemini_stream || asks_stream(body, body_length))) {
        send_whole(c);
        return;
    }
    c->is_streaming = true;
    c->sends_usage = memmem(body, body_length, "\"include_usage\":true", 20) != NULL;
    c->left = events;
    c->interval = milliseconds * 1000000LL;
    c->due = now();
    c->out_end = sprintf(c->out,
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n");
    c->out_end += first_chunks(c->out + c->out_end, c->format);
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

static void write_wholes(void) {
    static const char *const forms[FORMATS] = {
        "{\"id\":\"chatcmpl-benchmark\",\"object\":\"chat.completion\",\"created\":1755137921,\"model\":\"m\","
        "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"%s\",\"refusal\":null},"
        "\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":200,\"completion_tokens\":64,"
        "\"total_tokens\":264},\"system_fingerprint\":\"fp_benchmark\"}",
        "{\"id\":\"msg_benchmark\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":["
        "{\"type\":\"text\",\"text\":\"%s\"}],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,\"usage\":"
        "{\"input_tokens\":200,\"output_tokens\":64}}",
        "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"%s\"}],\"role\":\"model\"},\"finishReason\":\"STOP\","
        "\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":200,\"candidatesTokenCount\":64,\"totalTokenCount\":264},"
        "\"modelVersion\":\"m\",\"responseId\":\"benchmark\"}"};
    char body[1024], text[260];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = 0;
    for (int format = 0; format < FORMATS; format++) {
        int length = snprintf(body, sizeof body, forms[format], text);
        whole_length[format] = sprintf(whole[format],
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s", length, body);
    }
}

int main(int count, char **words) {
    if (count != 2) return fprintf(stderr, "usage: upstream PORT\n"), 2;
    signal(SIGPIPE, SIG_IGN);
    write_wholes();
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
