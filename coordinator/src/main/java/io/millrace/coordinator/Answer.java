package io.millrace.coordinator;

/** The reply to what the ticket stands for, given out when all that was decided before is committed. */
public record Answer<T>(Ticket<T> ticket, T reply) {
    void give() {
        ticket.complete(reply);
    }
}
