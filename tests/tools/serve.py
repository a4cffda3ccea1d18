"""A small server of a built site for the checkers: 127.0.0.1 only, below a path, no listings.

It answers as plain hosting does: `index.html` for a folder, a redirect to the slash, status 404
for what is missing. It knows nothing of the site's content.
"""

import contextlib
import http.server
import threading
import urllib.parse
from functools import partial


class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, *args, prefix, **kwargs):
        self.prefix = prefix
        super().__init__(*args, **kwargs)

    def send_head(self):
        if not urllib.parse.urlsplit(self.path).path.startswith(self.prefix):
            return self.send_error(404)
        return super().send_head()

    def translate_path(self, path):
        return super().translate_path(path[len(self.prefix) - 1:])

    def list_directory(self, path):
        return self.send_error(404)

    def log_message(self, *_):
        """Silent: the checkers report what matters."""


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


@contextlib.contextmanager
def serving(root, prefix="/", port=0):
    """Serves `root` below `prefix` while the block runs; yields the origin, `http://127.0.0.1:PORT`."""
    server = Server(("127.0.0.1", port), partial(Handler, directory=str(root), prefix=prefix))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def free_port():
    """A port that was free a moment ago."""
    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        return server.server_address[1]
