"""How gunicorn serves the project; what is set on its command line or in GUNICORN_CMD_ARGS goes first."""

wsgi_app = "config.wsgi"
bind = "127.0.0.1:8000"
threads = 4

# The application is loaded before workers are made: a bad setting ends the start with its sentence, instead
# of ending every worker in turn for ever.
preload_app = True

# Nothing here is steered from outside, and two servers on one machine would share the default socket.
control_socket_disable = True
