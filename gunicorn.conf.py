"""How gunicorn serves the project; what is set on its command line or in GUNICORN_CMD_ARGS goes first."""

wsgi_app = "config.wsgi"
bind = "127.0.0.1:8000"

# Threads, so that a page that asks how far an import has got is answered by the process that imports. A
# request of theirs may last as long as it needs; where another kind of worker is chosen, the limit must leave
# the largest import its time.
worker_class = "gthread"
threads = 4
timeout = 300
# A stop waits for an import that is being written; what it cuts off after that is not written at all.
graceful_timeout = 120

# The application is loaded before workers are made: a bad setting ends the start with its sentence, instead
# of ending every worker in turn for ever.
preload_app = True

# Nothing here is steered from outside, and two servers on one machine would share the default socket.
control_socket_disable = True
