"""What the web sent is read in child processes under limits, and the database has a thread.

readers       what a child is asked, and what is believed of its answer
functions     a function by its path, and what its answer has to be
sandbox       the pool of children
worker        the child's side
confinement   what it gives up before it reads
answers       its answer as data: written by the child, checked by who asked
claims        what must hold of an answer beyond its types
children      how the event loop learns that a child has ended
db_thread     the one that talks to the database
malloc        freed blocks go back to the system
"""
