"""stage: one running show. The frame clock, the render loop, the mailbox of events and the journal.

Knows the protocols of models, sounds and outputs, never their engines; the only room with threads of its own show.
"""
