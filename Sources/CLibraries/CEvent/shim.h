#pragma once
// Swift's own Glibc module sees <sys/select.h> without X/Open names; seen with them here, `fd_set` would be two types.
#include <features.h>
#pragma push_macro("__USE_XOPEN")
#undef __USE_XOPEN
#include <sys/select.h>
#pragma pop_macro("__USE_XOPEN")
#include <event2/event.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

// accept4 is hidden from Swift's Glibc module. The connection is non-blocking and closed on exec.
static inline int socket_accept(int listener, struct sockaddr_storage *peer) {
    socklen_t length = sizeof *peer;
    return accept4(listener, (struct sockaddr *)peer, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
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
