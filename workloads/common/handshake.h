/* The words a workload exchanges with whoever started it; the order is described in ../README.md. */
#ifndef HANDSHAKE_H
#define HANDSHAKE_H

/* Prints "ready" and waits for the line "go"; leaves with EXIT_BROKEN when something else comes. */
void handshake_await_go(void);

/* Waits for the end of standard input. */
void handshake_await_end(void);

/* Sends off what was printed; leaves with EXIT_BROKEN when nobody takes it. */
void handshake_flush(void);

#endif
