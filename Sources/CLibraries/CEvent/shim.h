#pragma once
// Swift's own Glibc module sees <sys/select.h> without X/Open names; seen with them here, `fd_set` would be two types.
#include <features.h>
#pragma push_macro("__USE_XOPEN")
#undef __USE_XOPEN
#include <sys/select.h>
#pragma pop_macro("__USE_XOPEN")
#include <event2/event.h>
#include <linux/filter.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

// accept4 is hidden from Swift's Glibc module. The connection is non-blocking and closed on exec.
static inline int socket_accept(int listener, struct sockaddr_storage *peer) {
    socklen_t length = sizeof *peer;
    return accept4(listener, (struct sockaddr *)peer, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

// The listener ignores packets that ask for a new connection (SYN without ACK): a classic BPF program over the TCP header,
// whose flags are its byte 13. All else, so also the end of a handshake that has begun, passes.
static inline int listener_turn_away(int listener) {
    struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 13),
        BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0x12),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x02, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0),
        BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
    };
    struct sock_fprog filter = {sizeof program / sizeof *program, program};
    return setsockopt(listener, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter);
}

// Two buffers in one call, as writev, but a peer that is gone is EPIPE and not the signal that kills the process.
static inline ssize_t socket_send(int socket, const void *first, size_t first_count, const void *second, size_t second_count) {
    struct iovec parts[2] = {{(void *)first, first_count}, {(void *)second, second_count}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    return sendmsg(socket, &message, MSG_NOSIGNAL);
}

// epoll_event is a packed union, awkward from Swift. Edge-triggered: each departure is told once.
static inline int departure_watch(int epoll, int socket) {
    struct epoll_event event = {.events = EPOLLRDHUP | EPOLLET, .data = {.fd = socket}};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event);
}

// The next socket whose peer has left, or -1.
static inline int departure_next(int epoll) {
    struct epoll_event event;
    return epoll_wait(epoll, &event, 1, 0) == 1 ? event.data.fd : -1;
}
